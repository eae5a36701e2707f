package io.fovea.cli.train.engine;

import io.fovea.cli.run.PreprocessingText;
import io.fovea.cli.run.StoredModel;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.UsageException;
import io.fovea.cli.train.flags.ModelChoice;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.cli.train.flags.TransferSettings;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.ImageSize;
import io.fovea.dataset.Dataset;
import io.fovea.format.Fitting;
import io.fovea.format.FormatException;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.transfer.Backbone;
import io.fovea.transfer.OutputLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The start of a run: a structure, weights, and the preprocessing. The preprocessing belongs to the
 * weights: theirs is used if they state one, else that of the structure's file, unless {@code
 * --normalize} overrides it. Each decision is printed in a line.
 */
final class StartingPoint {
  private final ModelChoice choice;
  private final Optional<StoredModel> weights;
  private final @Nullable StoredModel checkpoint; // of a resumed run
  private final @Nullable PretrainedStart backbone;
  private final List<String> remarks = new ArrayList<>();

  private StartingPoint(
      ModelChoice choice,
      Optional<StoredModel> weights,
      @Nullable StoredModel checkpoint,
      @Nullable PretrainedStart backbone) {
    this.backbone = backbone;
    this.choice = choice;
    this.weights = weights;
    this.checkpoint = checkpoint;
  }

  /** The start of a new run, from {@code --model} and {@code --init-from}. */
  static StartingPoint of(Settings settings, DataOptions options) throws IOException {
    if (settings.transfer().isOn()) {
      PretrainedStart backbone =
          PretrainedStart.of(
              settings.transfer().pretrained(), settings.text(TrainFlags.MODEL), options);
      backbone.requireColour(settings.get(TrainFlags.GRAYSCALE));
      StartingPoint start =
          new StartingPoint(backbone.choice(), Optional.of(backbone.weights()), null, backbone);
      start.remarks.addAll(backbone.remarks());
      return start;
    }
    ModelChoice choice = ModelChoice.of(settings.text(TrainFlags.MODEL));
    String from = settings.text(TrainFlags.INIT_FROM);
    Optional<StoredModel> weights =
        from.isEmpty()
            ? Optional.empty()
            : Optional.of(StoredModel.open("--init-from", Path.of(from)));
    return new StartingPoint(choice, weights, null, null);
  }

  /**
   * The start of a run that goes on or is trained again. What may be that of other weights comes
   * from its checkpoint, so that the files of {@code --init-from} and of a trained {@code --model}
   * are no longer needed; all else follows from the flags and the images.
   *
   * @param model a built-in network's name, or the path of its description
   */
  static StartingPoint resumed(String model, Path checkpoint, Settings settings)
      throws IOException {
    StoredModel stored = StoredModel.open("--resume", checkpoint);
    ModelChoice choice =
        ModelChoice.of(ModelChoice.isTrained(model) ? checkpoint.toString() : model);
    boolean isTaken = isTaken(choice, settings);
    return new StartingPoint(choice, Optional.of(stored).filter(any -> isTaken), stored, null);
  }

  List<String> remarks() {
    return List.copyOf(remarks);
  }

  /** The size and the colours of the images, unless flags override them. */
  DataOptions images(DataOptions options, Settings settings) {
    DataOptions changed = options;
    boolean isOwn =
        List.of(Settings.OWN, Settings.AUTO).contains(settings.get(TrainFlags.NORMALIZE));
    boolean isResumed = checkpoint != null;
    Optional<Preprocessing> stated =
        weights.flatMap(StoredModel::preprocessing).or(choice::preprocessing);
    if (stated.isPresent() && (isOwn || (isResumed && weights.isPresent()))) {
      changed = changed.withFraming(stated.get().framing());
    }
    Optional<Shape> input = input().filter(shape -> shape.rank() == 3);
    if (input.isEmpty()) {
      if (backbone == null || stated.isEmpty()) {
        return changed;
      }
      changed = changed.withChannels(stated.get().mean().size());
      return options.imageSize().isPresent() ? changed : changed.withImageSize(backbone.size());
    }
    Shape shape = input.get();
    ImageSize own = new ImageSize(shape.size(2), shape.size(1));
    if (options.imageSize().isEmpty()) {
      changed = changed.withImageSize(own);
    } else if (!isResumed && !options.imageSize().get().equals(own)) {
      remarks.add(
          "image size: --image-size %s overrides %s of %s"
              .formatted(settings.text(TrainFlags.IMAGE_SIZE), own, owner()));
    }
    if (!settings.get(TrainFlags.GRAYSCALE)) {
      changed = changed.withChannels(shape.size(0));
    } else if (!isResumed && shape.size(0) != 1) {
      remarks.add("colour: --grayscale overrides the colour images of " + owner());
    }
    return changed;
  }

  /** Whether it may be that of other weights. */
  private static boolean isTaken(ModelChoice choice, Settings settings) {
    return choice.isTrained()
        || Stream.of(TrainFlags.INIT_FROM, TrainFlags.FORK, TrainFlags.PRETRAINED)
            .anyMatch(flag -> !settings.text(flag).isEmpty());
  }

  /** The structure's image shape, else the one of the weights. */
  private Optional<Shape> input() {
    Optional<Shape> trained = weights.flatMap(StoredModel::graph).map(Graph::input);
    return checkpoint == null ? choice.input().or(() -> trained) : trained.or(choice::input);
  }

  private String owner() {
    return choice.input().isPresent() ? choice.name() : weightsName();
  }

  private String weightsName() {
    return weights.map(stored -> stored.file().toString()).orElse("");
  }

  Network network(TrainingParts parts, Settings settings) throws IOException {
    Dataset train = parts.train();
    List<String> classes = train.classes();
    Graph graph = choice.graph(train.shape(), classes.size());
    Weights fresh =
        Weights.initial(graph, settings.get(TrainFlags.INIT), settings.get(TrainFlags.SEED));
    if (checkpoint != null) { // its weights come with the rest of its state
      Preprocessing own = checkpoint.preprocessing().orElseThrow();
      requireSame(own, train, settings);
      return Network.of(graph, fresh, own, choice.labels().orElse(classes));
    }
    sayWhatIsTaken(graph);
    Weights start = start(graph, fresh, classes, settings);
    Preprocessing preprocessing = preprocessing(train, settings);
    return Network.of(graph, start, preprocessing, choice.labels().orElse(classes));
  }

  /** Refuses a configuration whose {@code --normalize} is not that of the checkpoint. */
  private void requireSame(Preprocessing own, Dataset train, Settings settings) {
    if (!settings.text(TrainFlags.FORK).isEmpty()) {
      return; // its parent's, measured on other images perhaps
    }
    String asked = settings.get(TrainFlags.NORMALIZE);
    boolean isTaken = weights.isPresent();
    Preprocessing given =
        switch (asked) {
          case Settings.STANDARD -> Preprocessing.standard(train);
          case Settings.UNIT -> Preprocessing.unit(train);
          default ->
              isTaken ? own : choice.preprocessing().orElseGet(() -> Preprocessing.unit(train));
        };
    boolean isSame =
        isTaken
            ? given.mean().equals(own.mean()) && given.deviation().equals(own.deviation())
            : given.equals(own);
    if (!isSame) {
      throw new Failure(
          "--resume: the checkpoint was written with the preprocessing %s, and --normalize %s of config.json gives %s; restore config.json and the data, or start a new run"
              .formatted(PreprocessingText.of(own), asked, PreprocessingText.of(given)));
    }
  }

  private void sayWhatIsTaken(Graph graph) throws IOException {
    Optional<Graph.Node> output = OutputLayer.of(graph);
    if (output.isPresent() && choice.isAdapted(graph)) {
      remarks.add(
          "structure: that of %s, its layer %s changed to %,d outputs, one for each class"
              .formatted(choice.name(), output.get().name(), graph.output().elements()));
    }
    if (choice.isTrained() && weights.isEmpty()) {
      remarks.add(
          "weights: random; --init-from %s starts from those of %s"
              .formatted(choice.name(), choice.name()));
    }
  }

  private Preprocessing preprocessing(Dataset train, Settings settings) {
    Optional<Preprocessing> ofWeights = weights.flatMap(StoredModel::preprocessing);
    Optional<Preprocessing> own = ofWeights.or(choice::preprocessing);
    String owner = ofWeights.isPresent() ? weightsName() : choice.name();
    String asked = settings.get(TrainFlags.NORMALIZE);
    boolean isOwn = asked.equals(Settings.OWN) || asked.equals(Settings.AUTO);
    if (isOwn && own.isPresent()) {
      requireChannels(own.get(), owner, train);
      remarks.add(
          "preprocessing: %s, as %s states".formatted(PreprocessingText.of(own.get()), owner));
      choice
          .preprocessing()
          .filter(other -> !other.equals(own.get()))
          .ifPresent(
              other ->
                  remarks.add(
                      "preprocessing: that of %s, %s, differs from the weights' and is not used"
                          .formatted(choice.name(), PreprocessingText.of(other))));
      return own.get();
    }
    if (asked.equals(Settings.OWN)) {
      throw new UsageException(
          "--normalize own: expects a preprocessing in --init-from or --model, got none; give unit or standard, or a \"preprocessing\" in a description");
    }
    boolean standard = asked.equals(Settings.STANDARD);
    Preprocessing measured = standard ? Preprocessing.standard(train) : Preprocessing.unit(train);
    String text = PreprocessingText.of(measured);
    if (own.isPresent()) {
      remarks.add(
          "preprocessing: --normalize %s (%s) overrides that of %s (%s)"
              .formatted(asked, text, owner, PreprocessingText.of(own.get())));
    } else if (weights.isPresent() && asked.equals(Settings.AUTO)) {
      remarks.add(
          "preprocessing: %s states none, so it is %s; if these weights were trained with another one, give it as \"preprocessing\" in a description (--model FILE.json), or by fovea import --mean and --deviation"
              .formatted(weightsName(), text));
    } else {
      remarks.add("preprocessing: " + text);
    }
    return measured;
  }

  private static void requireChannels(Preprocessing own, String owner, Dataset train) {
    int channels = train.shape().size(0);
    if (own.mean().size() != channels) {
      throw new Failure(
          "preprocessing: %s has one for %d channels, the images have %d; leave --grayscale out, or give --normalize unit or standard"
              .formatted(owner, own.mean().size(), channels));
    }
  }

  /** The settings with the resolved {@code --normalize}, which repeat the run. */
  Settings resolved(Settings settings, Network network) {
    Settings named =
        backbone == null ? settings : settings.with(TrainFlags.PRETRAINED, backbone.name());
    if (checkpoint != null || !settings.get(TrainFlags.NORMALIZE).equals(Settings.AUTO)) {
      return named;
    }
    boolean isUnit =
        isTaken(choice, settings)
            ? network.preprocessing().isUnit()
            : choice.preprocessing().isEmpty(); // a description's may have a framing, too
    return named.with(TrainFlags.NORMALIZE, isUnit ? Settings.UNIT : Settings.OWN);
  }

  private Weights start(Graph graph, Weights fresh, List<String> classes, Settings settings)
      throws IOException {
    Optional<Backbone> known = choice.backbone();
    if (known.isPresent()) {
      ImageSize size = new ImageSize(graph.input().size(2), graph.input().size(1));
      return known.get().withSize(size).classifier(classes).weights();
    }
    return weights.isPresent() ? fit(weights.get(), graph, fresh, settings) : fresh;
  }

  private Weights fit(StoredModel stored, Graph graph, Weights fresh, Settings settings)
      throws IOException {
    Fitting fitting = Fitting.exact();
    if (backbone != null) {
      fitting = fitting.skip(TransferSettings.head(graph) + ".*");
    }
    for (String pattern : settings.get(TrainFlags.INIT_SKIP)) {
      fitting = fitting.skip(pattern);
    }
    for (String pair : settings.get(TrainFlags.RENAME)) {
      int equals = pair.indexOf('=');
      if (equals < 1 || equals == pair.length() - 1) {
        throw new UsageException("rename", "expects OLD=NEW, got \"" + pair + "\"");
      }
      fitting = fitting.rename(pair.substring(0, equals), pair.substring(equals + 1));
    }
    try {
      return stored.fit(graph, fresh, fitting);
    } catch (FormatException misfit) {
      String last =
          OutputLayer.of(graph).map(Graph.Node::name).orElse(graph.nodes().getLast().name());
      String structure =
          stored.graph().isPresent() && !choice.isTrained()
              ? "; to use the file's structure too, give --model "
                  + settings.text(TrainFlags.INIT_FROM)
              : "";
      throw new Failure(
          "--init-from: %s (--rename OLD=NEW, --init-skip PATTERN); to begin with a new last layer, add --init-skip %s.*%s"
              .formatted(misfit.getMessage(), last, structure),
          misfit);
    }
  }
}
