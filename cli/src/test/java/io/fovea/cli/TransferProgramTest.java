package io.fovea.cli;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.screen.Json;
import io.fovea.data.base.DataSplit;
import io.fovea.format.Models;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.train.Trainer;
import io.fovea.transfer.Backbone;
import io.fovea.transfer.Candidate;
import io.fovea.transfer.LastLayer;
import io.fovea.transfer.Transfer;
import io.fovea.transfer.TransferListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A Java program gets the model of the command line, bit for bit. */
public class TransferProgramTest {
  /** The flags for what a program does by {@code epochs(2)}. */
  static final String RECIPE = "--recipe photos --fine-tune 2";

  @TempDir Path folder;

  @BeforeEach
  void photosAndBackbone() throws IOException {
    photosAndBackbone(folder);
  }

  /** Pictures of three shapes, and a small network that has seen others of them. */
  public static void photosAndBackbone(Path folder) throws IOException {
    SmallData.pictureFolder(folder.resolve("photos"), 12);
    var graph = Zoo.RESNET8.graph(Shape.of(3, 20, 20), 3);
    Network network =
        Network.of(
            graph,
            Weights.initial(graph, Initializer.he(), 1),
            Preprocessing.unit(3, Preprocessing.Background.MIXED),
            List.of("a", "b", "c"));
    Path others = SmallData.pictureFolder(folder.resolve("others"), 20);
    Trainer.of(network)
        .epochs(2)
        .batchSize(16)
        .fit(Backbone.of(network).open(others.toString()).train());
    Models.write(network, folder.resolve("backbone.safetensors"));
  }

  /** The command line's model of these photos, in {@code run/model.safetensors}. */
  static CommandRun train(Path folder, String flags) {
    return CommandRun.of(words(folder, flags)).done();
  }

  private static List<String> words(Path folder, String flags) {
    return CommandRun.words(
        "train %s --model resnet8 --out %s --pretrained %s " + flags,
        folder.resolve("photos"),
        folder.resolve("run"),
        folder.resolve("backbone.safetensors"));
  }

  private Backbone backbone() throws IOException {
    return Backbone.of(Models.load(folder.resolve("backbone.safetensors")));
  }

  private void assertSameModel(Network network) throws IOException {
    Models.write(network, folder.resolve("own.safetensors"));
    assertThat(folder.resolve("own.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("run/model.safetensors"));
  }

  @Test
  @Tag("gate") // in a build, the last layer alone; TransferTest and PretrainedTest have candidates
  void fit_likeTheRecipe_givesItsModelItsScoresAndItsLines() throws IOException {
    CommandRun run = train(folder, RECIPE + " --time-limit 999");
    List<String> lines = new ArrayList<>();
    Backbone backbone = backbone();
    DataSplit photos = backbone.open(folder.resolve("photos").toString());
    Transfer.Result result =
        Transfer.of(backbone)
            .epochs(2)
            .timeLimit(Duration.ofHours(9))
            .listener(TransferListener.lines(lines::add))
            .fit(photos.train());

    assertSameModel(result.network());
    JsonNode search = Json.read(Files.readString(folder.resolve("run/candidates.json")));
    assertThat(search.path("effort").asString()).isEqualTo("thorough");
    assertThat(Files.readString(folder.resolve("run/config.json")))
        .contains("\"effort\" : \"thorough\"");
    CommandRun eval = fovea("eval %s %s --json", folder.resolve("run"), folder.resolve("photos"));
    assertThat(search.path("test").path("accuracy")).isEqualTo(eval.json().path("accuracy"));
    JsonNode kept = search.path("candidates");
    assertThat(kept.size()).isEqualTo(result.candidates().size()).isEqualTo(4);
    for (int i = 0; i < kept.size(); i++) {
      Candidate own = result.candidates().get(i);
      assertThat(kept.get(i).path("name").asString()).isEqualTo(own.name());
      assertThat(kept.get(i).path("loss").asDouble())
          .isEqualTo(own.validation().orElseThrow().loss());
      assertThat(kept.get(i).path("chosen").asBoolean()).isEqualTo(own.isChosen());
    }
    assertThat(run.out())
        .contains("\naccuracy: " + result.accuracy() + " held out, ")
        .endsWith("\nchosen: %s: %s\n".formatted(result.chosen().name(), result.chosen().note()));
    assertThat(kept.get(0).path("photos").asLong())
        .isEqualTo(result.candidates().getFirst().photos());
    for (String line : lines) {
      assertThat(withoutTime(run.err())).contains(withoutTime(line));
    }
  }

  @Test
  @Tag("gate")
  void modelSoFar_predictsDuringTheSearch_andIsLeftByCtrlC() throws Exception {
    Path best = folder.resolve("run/best.safetensors");
    Path log = folder.resolve("log");
    String longest = "--recipe photos --fine-tune 999 --effort thorough";
    Process search = FoveaProcess.start(words(folder, longest), log);
    while (search.isAlive() && !Files.exists(best)) {
      Thread.sleep(10);
    }
    String predict = "predict %s %s --json";
    Path photo = folder.resolve("others/ring/p19.png");
    JsonNode answer = fovea(predict, folder.resolve("run"), photo).done().json();
    assertThat(search.isAlive()).as(Files.readString(log)).isTrue();
    FoveaProcess.interrupt(search);
    assertThat(search.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(log))
        .contains("so far: frozen features, 4 views, ", best + " can be used while")
        .contains("interrupted: %s has the model so far; start the run again".formatted(best));
    assertThat(Files.readString(folder.resolve("run/candidates.json"))).contains("\"soFar\"");
    assertThat(fovea("verify %s", folder.resolve("run")).err())
        .contains("is a fit of the last layer or a search among candidates, which has no steps");

    train(folder, "--recipe photos --effort quick"); // replaces the interrupted run
    assertThat(fovea(predict, folder.resolve("run"), photo).json()).isEqualTo(answer);
    assertThat(Files.readString(folder.resolve("run/candidates.json"))).doesNotContain("soFar");
  }

  private static String withoutTime(String text) {
    return text.replaceAll(", \\d+:\\d\\d|here about.*|, late.*", "");
  }

  @Test
  void fitLastLayer_likePretrained_givesItsModel() throws IOException {
    train(folder, "");
    Backbone backbone = backbone();
    LastLayer solved =
        Transfer.of(backbone)
            .views(1)
            .balanced(false)
            .fitLastLayer(backbone.open(folder.resolve("photos").toString()).train());
    assertSameModel(solved.network());
  }
}
