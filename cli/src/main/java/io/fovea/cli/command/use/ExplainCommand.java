package io.fovea.cli.command.use;

import io.fovea.cli.command.base.InputWarning;
import io.fovea.cli.command.base.ModelArgument;
import io.fovea.cli.command.base.OutputFiles;
import io.fovea.cli.command.base.PreprocessingFlags;
import io.fovea.cli.command.base.ScreenCommand;
import io.fovea.cli.report.Explanation;
import io.fovea.cli.report.NumberFormats;
import io.fovea.cli.run.ModelFiles;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.Json;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.FrameFlag;
import io.fovea.cli.train.flags.ThreadFlags;
import io.fovea.data.Images;
import io.fovea.dataset.Image;
import io.fovea.explain.FeatureMaps;
import io.fovea.explain.GradCam;
import io.fovea.explain.Occlusion;
import io.fovea.explain.Subject;
import io.fovea.inference.Prediction;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Network;
import io.fovea.parallel.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea explain}. */
@Command(
    name = "explain",
    description = {
      "Explains a model's prediction for one picture: filters, the maps of each layer, Grad-CAM, occlusion.",
      "Writes PNG files, and index.html with all of them."
    })
public final class ExplainCommand extends ScreenCommand {
  @Mixin private final ModelArgument model = new ModelArgument();

  @Parameters(index = "1", paramLabel = "IMAGE", description = "A PNG, JPEG, BMP or GIF file.")
  private Path picture = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The folder for the pictures and the page; created if missing.")
  private Path out = Path.of("");

  @Option(
      names = "--label",
      paramLabel = "NAME",
      description = "The class to explain (default: the predicted one).")
  private @Nullable String label;

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      description =
          "The layer whose maps Grad-CAM uses, by its name in fovea summary (default: the last convolution, after its activation).")
  private @Nullable String layer;

  @Option(
      names = "--patch",
      paramLabel = "N",
      description = "The side of the occluding square in pixels (default: a seventh of the image).")
  private @Nullable Integer patch;

  @Option(
      names = "--stride",
      paramLabel = "N",
      description = "The square's step in pixels (default: half its side).")
  private @Nullable Integer stride;

  @Mixin private final PreprocessingFlags preprocessingFlags = new PreprocessingFlags();

  @Mixin private final FrameFlag frameFlag = new FrameFlag();

  @Mixin private final ThreadFlags threadFlags = new ThreadFlags();

  public ExplainCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    int threads = threadFlags.count(screen);
    UsageException.requirePositive("--patch", patch);
    UsageException.requirePositive("--stride", stride);
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new Failure(
          "--out: expects a folder, got the file " + out + "; give another name for the folder");
    }
    Network network =
        frameFlag.apply(ModelFiles.open(model.path, preprocessingFlags.scaling(), screen::say));
    String last =
        GradCam.lastMaps(network.graph())
            .orElseThrow(
                () ->
                    new Failure(
                        "explain: %s has no convolution to explain; give a model with at least one conv2d layer"
                            .formatted(model.path)));
    Image image = Images.read(picture, network.graph().input(), network.preprocessing().framing());
    Explanation explanation = explanation(network, image, layer == null ? last : layer, threads);
    Map<String, byte[]> files = explanation.files();
    List<Path> before = before(files.keySet());
    requireInputsKept(files.keySet(), before);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      OutputFiles.write("explain", out.resolve(file.getKey()), to -> to.write(file.getValue()));
    }
    for (Path old : before) {
      Files.deleteIfExists(old);
    }
    common.show(
        screen,
        result(explanation, List.copyOf(files.keySet())),
        result -> print(explanation.answer(), result));
    return 0;
  }

  /**
   * Refuses to overwrite the picture or the model, or to delete them as files of an earlier run.
   */
  private void requireInputsKept(Set<String> files, List<Path> before) throws IOException {
    List<Path> lost = new ArrayList<>(before);
    files.forEach(name -> lost.add(out.resolve(name)));
    for (Path file : lost) {
      if (OutputFiles.same(picture, file) || OutputFiles.same(model.path, file)) {
        throw new UsageException(
            "--out: expects a folder in which no input is overwritten, got %s, whose %s is an input; give another folder"
                .formatted(out, file.getFileName()));
      }
    }
  }

  /** Deletes files of an earlier explanation that this one lacks; other files stay. */
  private List<Path> before(Set<String> files) throws IOException {
    if (!Files.exists(out.resolve(Explanation.PAGE))) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(out)) {
      return all.filter(file -> Explanation.isOwn(String.valueOf(file.getFileName())))
          .filter(file -> !files.contains(String.valueOf(file.getFileName())))
          .toList();
    }
  }

  private Explanation explanation(Network network, Image image, String of, int threads) {
    try (Workers workers = Workers.of(threads)) {
      Subject subject = Subject.of(network, image, workers, KernelSet.fastest());
      InputWarning.ofStretching(picture, image, network.preprocessing(), network.graph().input())
          .ifPresent(screen::say);
      Prediction answer = subject.prediction();
      InputWarning.say(screen, picture, answer.doubt());
      int k = label == null ? answer.index() : index(label, network.labels());
      Occlusion occlusion = occlusion(Occlusion.suiting(network.graph().input()));
      return new Explanation(
          String.valueOf(picture.getFileName()),
          network,
          subject.image(),
          answer,
          k,
          FeatureMaps.of(subject),
          of,
          GradCam.of(subject, k, of),
          occlusion,
          occlusion.of(subject, k));
    }
  }

  private static int index(String label, List<String> labels) {
    int index = labels.indexOf(label);
    if (index < 0) {
      throw new UsageException(
          "--label: the model has no class \"%s\"; its classes are %s"
              .formatted(
                  label, labels.size() <= 12 ? labels : labels.subList(0, 12) + " and more"));
    }
    return index;
  }

  private Occlusion occlusion(Occlusion suiting) {
    int side = patch == null ? suiting.patch() : patch;
    int half = Math.max(1, side / 2);
    return new Occlusion(side, stride == null ? half : stride);
  }

  private record Explained(
      Path file,
      @Json.Inline Map<String, Object> prediction,
      String explained,
      double explainedProbability,
      String layer,
      int patch,
      int stride,
      double largestDrop,
      Path out,
      List<String> files) {}

  private Explained result(Explanation explanation, List<String> files) {
    Prediction answer = explanation.answer();
    return new Explained(
        picture,
        answer.members(0),
        answer.labels().get(explanation.label()),
        answer.probabilities().get(explanation.label()),
        explanation.layer(),
        explanation.occlusion().patch(),
        explanation.occlusion().stride(),
        explanation.drops().largest(),
        out,
        files);
  }

  private void print(Prediction answer, Explained result) {
    screen.println(PredictCommand.words(answer, 1).strip());
    if (!result.explained.equals(answer.label())) {
      screen.println(
          "explained: %s %s"
              .formatted(
                  result.explained, NumberFormats.plainPercent(result.explainedProbability)));
    }
    screen.println(
        "%d pictures, shown by %s"
            .formatted(result.files.size() - 1, out.resolve(Explanation.PAGE)));
  }
}
