package io.fovea.cli;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.screen.Json;
import io.fovea.data.Images;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.format.Models;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing.Fitted;
import io.fovea.serve.PredictionServer;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Photographed digits are read right by what predict, serve and the studio share, and each of the
 * three uses it.
 */
class PhotographedDigitsTest {
  private static final long SEED = 28;

  @TempDir Path folder;

  @Tag("gate") // in a build, eval reads 20 of them and the three ways to predict 10
  @Test
  void classify_photographedDigits_readsAtLeast95In100() throws IOException {
    PhotographedDigits made = PhotographedDigits.of(SEED, every(1, 200));
    Network network = Models.load(PhotographedDigits.MODEL);
    assertThat(network.preprocessing().framing()).isEqualTo(Framing.DIGIT);
    List<Fitted> fitted =
        made.photos().parallelStream()
            .map(photo -> network.preprocessing().fitted(photo, network.graph().input()))
            .toList();
    List<Prediction> answers;
    try (Classifier classifier = Classifier.of(network, 2, KernelSet.fastest())) {
      answers = classifier.classify(fitted.stream().map(Fitted::image).toList());
    }
    List<String> wrong =
        IntStream.range(0, answers.size())
            .filter(n -> !answers.get(n).label().equals(made.labels().get(n)))
            .mapToObj(n -> n + ": " + made.labels().get(n) + " as " + answers.get(n).label())
            .toList();
    assertThat(wrong).hasSizeLessThanOrEqualTo(10);
    assertThat(fitted.stream().filter(each -> each.doubt().isPresent()))
        .hasSizeLessThanOrEqualTo(4);
  }

  /** {@code count} multiples of {@code step}, from 0 on. */
  private static List<Integer> every(int step, int count) {
    return Stream.iterate(0, n -> n + step).limit(count).toList();
  }

  /** Ten photographs, their labels as the shared implementation reads them. */
  private static List<String> expected(PhotographedDigits some) throws IOException {
    try (Classifier classifier =
        Classifier.of(Models.load(PhotographedDigits.MODEL), 1, KernelSet.REFERENCE)) {
      return classifier.classify(some.photos()).stream().map(Prediction::label).toList();
    }
  }

  private static PhotographedDigits some() throws IOException {
    return PhotographedDigits.of(SEED, every(19, 10));
  }

  @Test
  void predictServeAndStudio_photographs_areReadAlike() throws Exception {
    PhotographedDigits some = some();
    List<String> expected = expected(some);
    assertThat(predict(some)).isEqualTo(expected);
    assertThat(serve(some)).isEqualTo(expected);
    assertThat(studio(some)).isEqualTo(expected);
    assertThat(IntStream.range(0, 10).filter(n -> expected.get(n).equals(some.labels().get(n))))
        .hasSizeGreaterThanOrEqualTo(9);
  }

  private List<String> predict(PhotographedDigits some) throws IOException {
    List<String> args = new ArrayList<>(List.of("predict", PhotographedDigits.MODEL.toString()));
    for (int n = 0; n < some.photos().size(); n++) {
      Path file = folder.resolve(n + ".png");
      Images.write(some.photos().get(n), file);
      args.add(file.toString());
    }
    CommandRun run = CommandRun.of(args).done();
    return run.out().lines().map(line -> line.split(" +", -1)[1]).toList();
  }

  private static List<String> serve(PhotographedDigits some) throws Exception {
    List<String> labels = new ArrayList<>();
    try (PredictionServer server = PredictionServer.of(PhotographedDigits.MODEL).port(0).start();
        LocalConnection client = new LocalConnection(server.port())) {
      for (Image photo : some.photos()) {
        String answer = client.post("/predict", Images.png(photo)).text();
        labels.add(Json.read(answer).path("label").asString());
      }
    }
    return labels;
  }

  /** The answer to a page of the studio's own. */
  private static String upload(RealStudio studio, String query, Image photo) throws IOException {
    int port = URI.create(studio.url()).getPort();
    try (LocalConnection client = new LocalConnection(port)) {
      String origin = "Origin: http://localhost:" + port;
      return client.post("/api/inside/upload" + query, Images.png(photo), origin).text();
    }
  }

  private List<String> studio(PhotographedDigits some) throws Exception {
    List<String> labels = new ArrayList<>();
    try (RealStudio studio = new RealStudio(folder.resolve("runs"), List.of(), new ArrayList<>())) {
      for (Image photo : some.photos()) {
        String answer = upload(studio, "", photo); // JSON between numbers
        Matcher scores = Pattern.compile("\"scores\":(\\[[^]]*])").matcher(answer);
        assertThat(scores.find()).as(answer).isTrue();
        JsonNode all = Json.read(scores.group(1));
        labels.add(
            IntStream.range(0, all.size())
                .boxed()
                .max(Comparator.comparingDouble(k -> all.get(k).asDouble()))
                .map(String::valueOf)
                .orElseThrow());
      }
      assertThat(upload(studio, "", Image.of(1, 90, 60, new byte[5400])))
          .contains("\"doubt\":\"nothing stands out from the background\"");
      assertThat(upload(studio, "?frame=all", some.photos().getFirst()))
          .contains("upload: expects frame digit, none or auto, got \\\"all\\\"");
    }
    return labels;
  }

  private Path plain() throws IOException {
    Path file = folder.resolve("plain.png");
    Images.write(Image.of(1, 90, 60, new byte[5400]), file);
    return file;
  }

  @Test
  void predict_plainPicture_isDoubted() throws IOException {
    String model = PhotographedDigits.MODEL.toString();
    String file = plain().toString();
    CommandRun run = fovea("predict %s %s", model, file).done();
    assertThat(run.err())
        .contains(
            file
                + " does not look like the training images: nothing stands out from the background; fovea explain shows the model's input");
    assertThat(fovea("predict %s %s --json", model, file).out())
        .contains("\"doubt\":\"nothing stands out from the background\"");
    assertThat(fovea("predict %s %s --frame none", model, file).err())
        .contains("it is plain, nothing stands out from the background");
  }

  @Test
  @Tag("gate")
  void explain_photograph_showsItFramed() throws IOException {
    Path photo = folder.resolve("photo.png");
    Images.write(some().photos().getFirst(), photo);
    Path out = folder.resolve("out");
    String model = PhotographedDigits.MODEL.toString();
    CommandRun run = fovea("explain %s %s --out %s", model, photo, out).done();
    assertThat(run.out()).startsWith(expected(some()).getFirst() + " ");
    CommandRun plain = fovea("explain %s %s --out %s", model, plain(), out);
    assertThat(plain.err()).contains("does not look like the training images");
  }

  @Test
  void frame_unknownOrUnsuitable_isRefused() throws IOException {
    CommandRun unknown = fovea("predict %s %s --frame all", PhotographedDigits.MODEL, plain());
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err()).contains("--frame: expects digit, none or auto, got \"all\"");
    Path colour = folder.resolve("colour.safetensors");
    Models.write(Network.of(Zoo.MLP.graph(Shape.of(3, 8, 8), 2), Initializer.he(), 1), colour);
    CommandRun unsuitable = fovea("predict %s %s --frame digit", colour, plain());
    assertThat(unsuitable.exit()).isEqualTo(2);
    assertThat(unsuitable.err())
        .contains(
            "--frame: digit expects a model of grey images on a dark background, got one with pixel/255; leave it out");
  }

  @Test
  @Tag("gate")
  void eval_folderOfPhotographs_framesThem() throws IOException {
    PhotographedDigits all = PhotographedDigits.of(SEED, every(1, 20));
    for (int n = 0; n < 20; n++) {
      Path test = folder.resolve("photos/test/" + all.labels().get(n));
      Path train = folder.resolve("photos/train/" + all.labels().get(n));
      Files.createDirectories(test);
      Files.createDirectories(train);
      Images.write(all.photos().get(n), test.resolve(n + ".png"));
      Images.write(all.photos().get(n), train.resolve(n + ".png"));
    }
    CommandRun run =
        fovea("eval %s %s --json", PhotographedDigits.MODEL, folder.resolve("photos")).done();
    assertThat(run.json().path("accuracy").asDouble()).isGreaterThanOrEqualTo(0.9);
  }
}
