package io.fovea.transfer;

import io.fovea.data.augment.Pipeline;
import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Dataset;
import io.fovea.kernel.KernelSet;
import io.fovea.loss.ClassWeights;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.execution.DatasetCheck;
import io.fovea.optim.Adam;
import io.fovea.optim.Clipping;
import io.fovea.optim.Schedule;
import io.fovea.range.Ranges;
import io.fovea.train.CachedFeatures;
import io.fovea.train.EpochReport;
import io.fovea.train.Trainer;
import io.fovea.transfer.head.Folds;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a classifier from 5 to 5,000 photos a class, on a pretrained network: tries frozen
 * features, tuning of all layers and a small network, and keeps what is best on held-out photos.
 * Set what differs from {@link PhotosRecipe}, then call {@link #fit}.
 *
 * <pre>{@code
 * Backbone backbone = Backbone.openImages();
 * DataSplit photos = backbone.open("photos");
 * Transfer.Result result =
 *     Transfer.of(backbone).listener(TransferListener.console()).fit(photos.train());
 * }</pre>
 *
 * The same pixels, seed and effort give the same choice and the same bits, with any number of
 * threads, on a busy machine or a quiet one: see {@link SearchPlan}. Used by one thread.
 */
public final class Transfer {
  /** The folds of the cross-validation that chooses a last layer's penalty. */
  private static final int PENALTY_FOLDS = 5;

  /** The number of photos from which one of them is enough. */
  private static final int MANY = 2_000;

  final Backbone backbone;
  List<CandidateKind> candidates = PhotosRecipe.CANDIDATES;
  Effort effort = PhotosRecipe.EFFORT;
  @Nullable Duration timeLimit;
  int views = PhotosRecipe.VIEWS;
  int epochs = PhotosRecipe.EPOCHS;
  double coverage = PhotosRecipe.COVERAGE;
  long seed = 42;
  int threads = Math.min(1024, Runtime.getRuntime().availableProcessors());
  KernelSet kernels = KernelSet.fastest();
  Initializer initializer = Initializer.he();
  TransferListener listener = new TransferListener() {};
  private boolean isBalanced = PhotosRecipe.BALANCED;
  private Augmentation augmentation = Pipeline.parse(PhotosRecipe.AUGMENTATION);
  private Consumer<Trainer> settings = trainer -> {};
  private Consumer<Trainer> tuning = trainer -> {};

  private Transfer(Backbone backbone) {
    this.backbone = backbone;
  }

  /** Transfer learning from a pretrained network. */
  public static Transfer of(Backbone backbone) {
    return new Transfer(backbone);
  }

  /**
   * What a search has made.
   *
   * @param network the chosen candidate, trained on all photos: an ordinary network
   * @param candidates all candidates, in the order of their trials
   * @param heldOut what the chosen candidate answered about held-out photos, before it was trained
   *     on all
   * @param train loss and accuracy of the network on the training photos
   * @param seconds the time that it took
   */
  public record Result(
      Network network,
      List<Candidate> candidates,
      HeldOut heldOut,
      EpochReport.Score train,
      double seconds) {
    public Result {
      candidates = List.copyOf(candidates);
    }

    /** The candidate that was chosen. */
    public Candidate chosen() {
      return candidates.stream().filter(Candidate::isChosen).findFirst().orElseThrow();
    }

    /** The chosen candidate's loss and accuracy on held-out photos. */
    public EpochReport.Score validation() {
      return chosen().validation().orElseThrow();
    }

    /** The chosen candidate's accuracy on held-out photos, with their number and its interval. */
    public Accuracy accuracy() {
      return heldOut.accuracy();
    }
  }

  /** The candidates to try; all unless given. */
  public Transfer candidates(CandidateKind... kinds) {
    if (kinds.length == 0) {
      throw new IllegalArgumentException(
          "transfer: expects one candidate or more, got none; give FROZEN, TUNED or SCRATCH");
    }
    candidates = List.of(kinds);
    return this;
  }

  /** How much a search tries; {@link Effort#STANDARD} unless given. Replaces a time limit. */
  public Transfer effort(Effort value) {
    effort = value;
    timeLimit = null;
    return this;
  }

  /**
   * Searches with the largest effort that takes about this long here, its last training included;
   * with the least one if none does. That is estimated before the search, from the time of some
   * training steps; no clock is read afterwards, so that a machine with other work ends late, with
   * the same choice. Replaces {@link #effort}.
   *
   * @throws IllegalArgumentException if it is not above 0
   */
  public Transfer timeLimit(Duration limit) {
    if (!limit.isPositive()) {
      throw new IllegalArgumentException(
          "transfer: the time limit must be above 0, got %s; give one such as Duration.ofMinutes(10), or an effort"
              .formatted(limit));
    }
    timeLimit = limit;
    return this;
  }

  /**
   * Views of each photo for the fit of a last layer, all but the first augmented; 4 unless given. A
   * search takes fewer of more than 2,000 photos.
   */
  public Transfer views(int count) {
    views = Ranges.atLeastOne("transfer: views", count);
    return this;
  }

  /** The most epochs of tuned and from-scratch networks; 30 unless given. */
  public Transfer epochs(int count) {
    epochs = Ranges.atLeastOne("transfer: epochs", count);
    return this;
  }

  /**
   * The share of new photos of the same kind whose class is among the {@linkplain
   * io.fovea.inference.Prediction#answer classes that a prediction names}; 0.95 unless given.
   *
   * @throws IllegalArgumentException if it is not above 0 and below 1
   */
  public Transfer coverage(double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "transfer: the coverage must be above 0 and below 1, got " + share);
    }
    coverage = share;
    return this;
  }

  /** Changes to photos in training and in views; random crops unless given. */
  public Transfer augment(Augmentation value) {
    augmentation = value;
    return this;
  }

  /** Whether each class counts the same, for any number of photos; true unless given. */
  public Transfer balanced(boolean value) {
    isBalanced = value;
    return this;
  }

  /** The seed of all randomness; 42 unless given. */
  public Transfer seed(long value) {
    seed = value;
    return this;
  }

  /** The number of threads, without effect on results; all processors unless given. */
  public Transfer threads(int count) {
    threads = Ranges.atLeastOne("transfer: threads", count);
    return this;
  }

  /** The kernels; the fastest unless given. */
  public Transfer kernels(KernelSet value) {
    kernels = value;
    return this;
  }

  /** The initial weights of the network from scratch; He's unless given. */
  public Transfer initializer(Initializer value) {
    initializer = value;
    return this;
  }

  /** The listener of the search; none unless given. */
  public Transfer listener(TransferListener value) {
    listener = value;
    return this;
  }

  /**
   * Changes the trainers of tuned and from-scratch networks, after the recipe's settings: another
   * optimiser, schedule, loss or batch size. Epochs, early stopping and {@link Trainer#until} are
   * set by the search.
   */
  public Transfer trainer(Consumer<Trainer> value) {
    settings = value;
    return this;
  }

  /**
   * Changes the trainers of tuned networks alone, after {@link #trainer}: frozen weights, rates.
   */
  public Transfer tuning(Consumer<Trainer> value) {
    tuning = value;
    return this;
  }

  /**
   * Searches: judges all candidates on the same held-out photos and trains the best one on all.
   *
   * @param photos the training photos, of the backbone's {@linkplain Backbone#input shape}; test
   *     photos should not be among them
   * @throws IllegalArgumentException if they are fewer than two or of a single class, have another
   *     shape, or labels that are no classes; or if a quick search has no frozen features
   * @throws io.fovea.train.DivergedException if all candidates diverged: that of the last one
   */
  public Result fit(Dataset photos) {
    requireSearchable(photos);
    warn(photos);
    return new CandidateSearch(this, photos).run();
  }

  /**
   * The plan of {@link #fit} for these photos. It times some steps, as {@link #fit} does first.
   *
   * @throws IllegalArgumentException as {@link #fit}
   */
  public SearchPlan plan(Dataset photos) {
    requireSearchable(photos);
    return new CandidateSearch(this, photos).planned(new EnumMap<>(Effort.class));
  }

  private void requireSearchable(Dataset photos) {
    check(photos);
    if (photos.size() < 2) {
      throw new IllegalArgumentException(
          "candidates: expect 2 training photos or more, since some are held out, got 1; give more photos");
    }
    int first = photos.label(0);
    if (IntStream.range(0, photos.size()).allMatch(i -> photos.label(i) == first)) {
      throw new IllegalArgumentException(
          "transfer: expects photos of 2 classes or more, all %,d are of \"%s\"; give some of another class"
              .formatted(photos.size(), photos.classes().get(first)));
    }
  }

  /**
   * Solves the last layer alone, without a search: of all methods the fastest, and the best one
   * where the classes are near those of the backbone. The penalty is chosen by 5-fold
   * cross-validation.
   *
   * @param photos as for {@link #fit}; one is enough
   * @throws IllegalArgumentException as {@link #fit}
   */
  public LastLayer fitLastLayer(Dataset photos) {
    check(photos);
    warn(photos);
    return LastLayer.fit(this, photos, null);
  }

  /**
   * The same; the penalty is chosen by validation photos.
   *
   * @throws IllegalArgumentException as {@link #fit}, for either set
   */
  public LastLayer fitLastLayer(Dataset photos, Dataset validation) {
    check(photos);
    check(validation);
    return LastLayer.fit(this, photos, validation);
  }

  void check(Dataset photos) {
    if (photos.size() == 0) {
      throw new IllegalArgumentException(
          "transfer: %s has no photos; give 2 or more of each class".formatted(photos.name()));
    }
    if (!photos.shape().equals(backbone.input())) {
      throw new IllegalArgumentException(
          "transfer: %s has photos of %s, %s expects %s; open them by Backbone.open, which gives this size, or change the backbone's by withSize"
              .formatted(photos.name(), photos.shape(), backbone.name(), backbone.input()));
    }
    if (photos.isMultiLabel()) {
      throw new IllegalArgumentException(
          "transfer: expects photos of one label each, got several in %s; train the layers of Backbone.classifier by a Trainer with SigmoidCrossEntropy"
              .formatted(photos.name()));
    }
    IntStream.range(0, photos.size()).forEach(i -> DatasetCheck.label(photos, i));
  }

  /** Classes with a photo too few: no fold can learn them and hold them out. */
  private void warn(Dataset photos) {
    int[] counts = PhotoCheck.counts(List.of(photos));
    long alone = Arrays.stream(counts).filter(count -> count == 1).count();
    if (alone > 0) {
      listener.onWarning(
          "%d of %d classes have a single training photo: where it is held out, nothing was learned of its class, so validation accuracy is too low; give 2 or more of each class"
              .formatted(alone, counts.length));
    }
  }

  List<Double> classWeights(Dataset train) {
    return isBalanced ? ClassWeights.balanced(train) : List.of();
  }

  CachedFeatures features(Network cut, Dataset photos, int count) {
    return CachedFeatures.of(cut, photos, count, augmentation, seed, threads, kernels);
  }

  /**
   * The folds that choose the penalty's strength; with many photos, one holdout.
   *
   * @param groups a number for the group of each photo
   */
  Folds penaltyFolds(CachedFeatures train, int[] groups) {
    int[] labels = IntStream.range(0, train.size()).map(train::label).toArray();
    Folds folds = Folds.of(labels, groups, PENALTY_FOLDS, seed);
    return train.size() > MANY ? folds.single() : folds;
  }

  Trainer trainer(Network network, List<Double> classWeights) {
    Trainer trainer =
        Trainer.of(network)
            .threads(threads)
            .optimizer(Adam.of((float) PhotosRecipe.LEARNING_RATE))
            .schedule(Schedule.cosine().warmUp(PhotosRecipe.WARM_UP))
            .loss(new SoftmaxCrossEntropy(PhotosRecipe.LABEL_SMOOTHING, classWeights))
            .clipping(Clipping.norm(PhotosRecipe.CLIPPING))
            .batchSize(PhotosRecipe.BATCH)
            .augment(augmentation)
            .seed(seed)
            .kernels(kernels);
    settings.accept(trainer);
    return trainer;
  }

  void tune(Trainer trainer) {
    tuning.accept(trainer);
  }
}
