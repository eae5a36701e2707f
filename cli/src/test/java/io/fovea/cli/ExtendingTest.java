package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.Dataset;
import io.fovea.dataset.Targets;
import io.fovea.format.Checkpoints;
import io.fovea.format.CustomLayers;
import io.fovea.format.Models;
import io.fovea.format.SavedRun;
import io.fovea.gradcheck.LayerRun;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerContext;
import io.fovea.layer.Parameter;
import io.fovea.layer.Step;
import io.fovea.layer.Values;
import io.fovea.loss.Loss;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.optim.Optimizer;
import io.fovea.optim.Schedule;
import io.fovea.optim.Sgd;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.train.EpochReport;
import io.fovea.train.History;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The programs of docs/extending.md, compiled and run; and its text, held against this file and
 * {@link Lion}.
 */
@Tag("widths")
class ExtendingTest {
  @TempDir Path folder;

  // layer begins
  /** max(x, 0) + slope * min(x, 0) with a learned slope (He et al., arXiv 1502.01852). */
  record LearnedSlope() implements Layer.Custom {
    @Override
    public String type() {
      return "learned_slope";
    }

    @Override
    public Shape output(List<Shape> inputs) {
      return inputs.getFirst();
    }

    @Override
    public List<Parameter> parameters(List<Shape> inputs) {
      return List.of(new Parameter("slope", Shape.of(1), Parameter.Role.BIAS, 1, 1));
    }

    @Override
    public Step forward(List<Tensor> inputs, Values weights, LayerContext context) {
      Tensor x = inputs.getFirst();
      float slope = weights.of("slope")[0];
      Tensor y = context.output(x.shape(), x.count());
      for (int i = 0; i < x.elements(); i++) {
        float value = x.array()[x.offset() + i];
        y.array()[y.offset() + i] = value > 0 ? value : slope * value;
      }
      return Step.of(context, y, dy -> backward(dy, x, slope, context));
    }

    private static List<Tensor> backward(Tensor dy, Tensor x, float slope, LayerContext context) {
      Tensor dx = context.inputGradient(0, x.shape(), x.count());
      double dslope = 0;
      for (int i = 0; i < x.elements(); i++) {
        float value = x.array()[x.offset() + i];
        float gradient = dy.array()[dy.offset() + i];
        dx.array()[dx.offset() + i] = value > 0 ? gradient : slope * gradient;
        dslope += value > 0 ? 0 : gradient * value;
      }
      context.gradient("slope", 1)[0] = (float) dslope;
      return List.of(dx);
    }
  }

  // layer ends

  // loss begins
  /** The mean of max(0, 1 + largest other logit - logit of the label). */
  record Margin() implements Loss {
    @Override
    public String name() {
      return "margin";
    }

    @Override
    public double value(Tensor dLogits, Tensor logits, Targets targets) {
      int classes = targets.classes();
      double sum = 0;
      for (int n = 0; n < logits.count(); n++) {
        int z = logits.offset() + n * classes;
        int dz = dLogits.offset() + n * classes;
        int label = targets.label(n);
        int other = label == 0 ? 1 : 0;
        for (int k = 0; k < classes; k++) {
          dLogits.array()[dz + k] = 0;
          other = k != label && logits.array()[z + k] > logits.array()[z + other] ? k : other;
        }
        double loss = 1 + logits.array()[z + other] - logits.array()[z + label];
        if (loss > 0) {
          sum += loss;
          dLogits.array()[dz + other] = 1f / logits.count();
          dLogits.array()[dz + label] = -1f / logits.count();
        }
      }
      return sum / logits.count();
    }
  }

  // loss ends

  // listener begins
  /** Ends a run as soon as it is good enough on the validation images. */
  record Goal(double accuracy) implements Listener {
    @Override
    public void onEpoch(Training training, EpochReport epoch) {
      Optional<EpochReport.Score> score = epoch.validation();
      if (score.isPresent() && score.get().accuracy() >= accuracy) {
        training.stop();
      }
    }
  }

  // listener ends

  @Test
  void program_ofOwnParts_learnsStopsSavesAndLoads() throws IOException {
    Dataset digits = SmallData.digits();
    int[] rest = new int[100];
    java.util.Arrays.setAll(rest, i -> 500 + i);
    Dataset train = digits.first(500);
    Dataset validation = digits.select(rest, "validation");
    // program begins
    Network network =
        Network.input(1, 28, 28)
            .conv2d(8, 5)
            .layer(new LearnedSlope())
            .maxPool2d(4)
            .flatten()
            .dense(10)
            .build(Initializer.he(), 42L);
    History history =
        Trainer.of(network)
            .optimizer(Sgd.of(0.01f).momentum(0.9f))
            .loss(new Margin())
            .epochs(50)
            .validation(validation)
            .listener(new Goal(0.8))
            .fit(train);
    // program ends
    assertThat(history.stopped()).isTrue();
    assertThat(history.epochs().getLast().validation().orElseThrow().accuracy())
        .isGreaterThanOrEqualTo(0.8);
    assertThat(network.weights().values("learned_slope1.slope")[0]).isNotZero();
    Path file = folder.resolve("own.safetensors");
    // files begin
    Models.write(network, file);
    CustomLayers own = CustomLayers.none().with("learned_slope", attributes -> new LearnedSlope());
    Network again = Models.load(file, own);
    // files end
    assertThat(again.weights().values("learned_slope1.slope"))
        .isEqualTo(network.weights().values("learned_slope1.slope"));
    assertThat(again.graph().nodes()).isEqualTo(network.graph().nodes());
  }

  @Test
  void learnedSlope_byHand_goesBackAsItWent() {
    LayerRun run =
        LayerRun.forward(
            new LearnedSlope(),
            Map.of("slope", new float[] {0.25f}),
            Tensor.of(Shape.of(2), 1, 3, -2));
    assertThat(run.output().toArray()).containsExactly(3, -0.5f);
    assertThat(run.backward(Tensor.of(Shape.of(2), 1, 5, 7)).getFirst().toArray())
        .containsExactly(5, 1.75f);
    assertThat(run.gradient("slope")).containsExactly(-14);
    assertThatThrownBy(
            () -> LayerRun.forward(new LearnedSlope(), Map.of(), Tensor.of(Shape.of(1), 1, 3)))
        .hasMessage("learned_slope: no values for the parameter \"slope\"; got []");
  }

  /** The numbers are sums of halves and quarters, so they are exact. */
  @Test
  void lion_twoUpdatesOfTheMiddle_byHand() {
    Lion lion = new Lion(9, 0.5f, 0.25f, 0.5f);
    float[] w = {7, 1, -2, 0, 7};
    float[][] slots = {new float[5]};
    float[] g = {4, -8, 0};
    // sign(0.5 * 0 + 0.5 * g) = 1, -1, 0; w - 0.25 * (sign + 0.5 * w); m = 0.75 * g
    lion.update(new Optimizer.Range(w, g, -1, slots, 1, 4), new Optimizer.Rates(0.25f, 0, 1));
    assertThat(w).containsExactly(7, 0.625f, -1.5f, 0, 7);
    assertThat(slots[0]).containsExactly(0, 3, -6, 0, 0);
    // l2 = 2: g' = g + 2 * w = -4, 3, 0; the first mean is -0.5, against its old sign; the second
    // -1.5
    g = new float[] {-5.25f, 6, 0};
    lion.update(new Optimizer.Range(w, g, -1, slots, 1, 4), new Optimizer.Rates(0.25f, 2, 2));
    assertThat(w).containsExactly(7, 0.796875f, -1.0625f, 0, 7);
    assertThat(slots[0]).containsExactly(0, -2.25f, 0.75f, 0, 0);
  }

  private static Trainer lions(Network network) {
    return Trainer.of(network)
        .optimizer(new Lion(0.001f, 0.9f, 0.99f, 0.1f))
        .schedule(Schedule.cosine())
        .l2(1e-4f)
        .batchSize(50)
        .epochs(3)
        .seed(5);
  }

  private static Network small(long seed) {
    return Network.input(1, 28, 28)
        .conv2d(4, 5)
        .relu()
        .maxPool2d(4)
        .flatten()
        .dense(10)
        .build(Initializer.he(), seed);
  }

  @Test
  void lion_resumedFromAFile_hasTheSameBits() throws IOException {
    Dataset train = SmallData.digits().first(200);
    Path file = folder.resolve("checkpoint.safetensors");
    Network whole = small(1);
    History history =
        lions(whole)
            .threads(1)
            .listener(
                new Listener() {
                  @Override
                  public void onStep(Training training, StepReport step) {
                    if (step.step() == 5) {
                      write(training, file);
                    }
                  }
                })
            .fit(train);
    assertThat(history.epochs().getLast().trainLoss())
        .isLessThan(history.epochs().getFirst().trainLoss());
    SavedRun saved = Checkpoints.read(file);
    assertThat(saved.checkpoint().optimizer()).isEqualTo("lion");
    assertThat(saved.checkpoint().slots())
        .containsOnlyKeys(
            "conv1.weight/momentum",
            "conv1.bias/momentum",
            "dense1.weight/momentum",
            "dense1.bias/momentum");
    Network resumed = small(77);
    lions(resumed).threads(3).resume(saved.checkpoint()).fit(train);
    for (String name : whole.weights().names()) {
      assertThat(resumed.weights().values(name)).as(name).isEqualTo(whole.weights().values(name));
    }
    Trainer other = lions(small(1)).optimizer(Sgd.of(0.1f)).resume(saved.checkpoint());
    assertThatThrownBy(() -> other.fit(train))
        .hasMessage(
            "resume: the checkpoint was written with optimizer lion, this run has sgd; resume with the same, or start a new run");
  }

  private static void write(Training training, Path file) {
    try {
      Checkpoints.write(training.checkpoint(), training.network(), file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void document_lion_isTheFileOfAtMostFortyLines() throws IOException {
    String source = Files.readString(Path.of("src/test/java/io/fovea/cli/Lion.java"));
    assertThat(source.lines().count()).isLessThanOrEqualTo(40);
    String shown = source.substring(source.indexOf("import "));
    assertThat(Files.readString(Path.of("../docs/extending.md")))
        .contains("```java\n" + shown + "```");
  }

  @Test
  void document_programs_areThoseAbove() throws IOException {
    String source = Files.readString(Path.of("src/test/java/io/fovea/cli/ExtendingTest.java"));
    String document = withoutSpace(Files.readString(Path.of("../docs/extending.md")));
    for (String part : List.of("layer", "loss", "listener", "program", "files")) {
      String begin = "// " + part + (part.equals("files") ? " begin" : " begins");
      String end = "// " + part + (part.equals("files") ? " end" : " ends");
      int from = source.indexOf(begin + "\n");
      String program = source.substring(from + begin.length(), source.indexOf(end + "\n"));
      assertThat(document).as(part).contains("```java" + withoutSpace(program) + "```");
    }
    String page = Files.readString(Path.of("../docs/extending.md"));
    String imports = page.substring(page.indexOf("```java\n") + 8).split("```", 2)[0];
    assertThat(imports.lines()).hasSize(22).isSubsetOf(source.lines().toList());
  }

  private static String withoutSpace(String text) {
    return text.replaceAll("\\s+", "");
  }
}
