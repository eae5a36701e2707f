package io.fovea.transfer;

import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageCopies;
import io.fovea.dataset.Dataset;
import io.fovea.kernel.KernelSet;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Network;
import io.fovea.train.CachedFeatures;
import io.fovea.transfer.head.Folds;
import io.fovea.transfer.head.HeldOutProbabilities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Looks for faults of labelled photos before they teach: copies, also across training and test;
 * labels that are probably wrong; files that are broken or tiny.
 *
 * <pre>{@code
 * PhotoCheck.Report report = PhotoCheck.of(Backbone.openImages()).check("photos");
 * report.doubts().forEach(IO::println);
 * }</pre>
 *
 * Copies are those of {@link ImageCopies#all}. A label is doubted where logistic regression on the
 * backbone's features gives another class a higher probability, in a 5-fold cross-validation: by a
 * classifier that did not learn from the photo. The same photos and seed give the same bits. Used
 * by one thread.
 */
public final class PhotoCheck {
  /** A file of fewer pixels than 32x32 is tiny: the backbone's input is enlarged from it. */
  private static final int TINY = 32 * 32;

  private static final int FOLDS = 5;

  private static final long SEED = 42;

  private final Transfer settings;
  private final Backbone backbone;
  private DataOptions options = DataOptions.standard();

  private PhotoCheck(Backbone backbone) {
    this.backbone = backbone;
    this.settings = Transfer.of(backbone);
  }

  /** A check by the features of a pretrained network. */
  public static PhotoCheck of(Backbone backbone) {
    return new PhotoCheck(backbone);
  }

  /** The seed of the folds; 42 unless given. */
  public PhotoCheck seed(long value) {
    settings.seed(value);
    return this;
  }

  /** The number of threads, without effect on results; all processors unless given. */
  public PhotoCheck threads(int count) {
    settings.threads(count);
    return this;
  }

  /** How photos are opened; broken files are left out in any case. */
  public PhotoCheck options(DataOptions value) {
    options = value;
    return this;
  }

  /**
   * A photo, and what a classifier says of it that did not learn from it.
   *
   * @param set the part that it is in
   * @param index its index there
   * @param isTest whether that is the test set
   * @param probability of its label; NaN for the only photo of its class, which cannot be judged
   * @param likely the most probable class
   * @param likelyProbability its probability
   */
  public record Photo(
      Dataset set,
      int index,
      boolean isTest,
      double probability,
      String likely,
      double likelyProbability) {
    /** The file's path in the data set. */
    public String file() {
      return set.origin(index);
    }

    /** The name of its class. */
    public String label() {
      return set.classes().get(set.label(index));
    }

    /** Whether another class is more probable than its label. */
    public boolean isDoubtful() {
      return likelyProbability > probability;
    }

    /** Above 0 where another class is more probable: by so much. */
    private double doubt() {
      return Double.isNaN(probability) ? -1 : likelyProbability - probability;
    }

    @Override
    public String toString() {
      return "%s: labelled %s (%.3f), looks like %s (%.3f)"
          .formatted(file(), label(), probability, likely, likelyProbability);
    }
  }

  /**
   * A photo that shows what another one shows.
   *
   * @param photo the later of the two; test photos come after training photos
   * @param original the first photo that it is a copy of
   * @param similarity the correlation of their thumbnails, up to 1
   */
  public record Copy(Photo photo, Photo original, ImageCopies.Kind kind, double similarity) {
    /** Whether one of them is in the training set and the other in the test set. */
    public boolean isAcross() {
      return photo.isTest() != original.isTest();
    }
  }

  /**
   * What was found.
   *
   * @param photos all photos, the label that is most probably wrong first
   * @param copies the copies, in the order of the photos
   * @param broken the files that cannot be read
   * @param tiny the files of fewer pixels than 32x32
   * @param accuracy the share of photos whose label is the most probable class
   */
  public record Report(
      List<Photo> photos,
      List<Copy> copies,
      List<DataSplit.Skipped> broken,
      List<String> tiny,
      double accuracy) {
    public Report {
      photos = List.copyOf(photos);
      copies = List.copyOf(copies);
      broken = List.copyOf(broken);
      tiny = List.copyOf(tiny);
    }

    /** The photos for which another class is more probable than their label, the worst first. */
    public List<Photo> doubts() {
      return photos.stream().filter(Photo::isDoubtful).toList();
    }

    /** The copies of which one is in the training set and the other in the test set. */
    public List<Copy> across() {
      return copies.stream().filter(Copy::isAcross).toList();
    }
  }

  /**
   * Checks photos as {@link Backbone#open} opens them; where they have no test photos, a tenth
   * stands for these.
   *
   * @param photos a folder with a folder of photos a class, a CSV file, or a data set's name
   * @throws DataException if they cannot be opened
   */
  public Report check(String photos) throws DataException {
    DataSplit split = open(photos);
    return check(
        List.of(split.train()), List.of(split.test()), split.skipped(), tiny(photos, split));
  }

  /**
   * Checks photos, all of which train, with test photos from elsewhere.
   *
   * @param test a folder, a CSV file or a data set with the same classes
   * @throws DataException if they cannot be opened, or their classes differ
   */
  public Report check(String photos, String test) throws DataException {
    DataSplit train = open(photos);
    DataOptions same = options.withSkipBroken(true).withClasses(train.train().classes());
    DataSplit others = backbone.open(test, same);
    return check(
        List.of(train.train(), train.test()),
        List.of(others.train(), others.test()),
        Stream.of(train, others).flatMap(split -> split.skipped().stream()).toList(),
        Stream.concat(tiny(photos, train).stream(), tiny(test, others).stream()).toList());
  }

  /** Checks photos that are open, of the backbone's {@linkplain Backbone#input shape}. */
  public Report check(DataSplit photos) {
    return check(List.of(photos.train()), List.of(photos.test()), photos.skipped(), List.of());
  }

  /** The files of fewer pixels than {@link #TINY}; none where images are not in files each. */
  private static List<String> tiny(String photos, DataSplit split) throws DataException {
    Path given = Path.of(photos);
    List<String> tiny = new ArrayList<>();
    for (Dataset set : List.of(split.train(), split.test())) {
      for (int i = 0; i < set.size(); i++) {
        String origin = set.origin(i);
        Path file = Files.isDirectory(given) ? given.resolve(origin) : given.resolveSibling(origin);
        if (Files.isRegularFile(file) && pixels(file) < TINY) {
          tiny.add(origin);
        }
      }
    }
    return tiny;
  }

  private static long pixels(Path file) throws DataException {
    try {
      return Images.pixels(Files.readAllBytes(file), file.toString());
    } catch (DataException refused) {
      throw refused;
    } catch (IOException failure) {
      throw new DataException(
          "image %s: cannot be read: %s; check it again"
              .formatted(file, DataException.reason(failure)),
          failure);
    }
  }

  private DataSplit open(String photos) throws DataException {
    return backbone.open(photos, options.withSkipBroken(true));
  }

  private Report check(
      List<Dataset> train, List<Dataset> test, List<DataSplit.Skipped> broken, List<String> tiny) {
    List<Dataset> sets = Stream.concat(train.stream(), test.stream()).toList();
    sets.forEach(settings::check);
    int[] ofClass = counts(sets);
    if (IntStream.of(ofClass).filter(count -> count > 0).count() < 2) {
      throw new IllegalArgumentException(
          "data check: expects photos of 2 classes or more, all are of one; give some of another class");
    }
    List<ImageCopies.Copy> found = ImageCopies.all(sets.toArray(Dataset[]::new));
    double[][] probabilities = probabilities(sets, found);
    List<Photo> photos = new ArrayList<>();
    for (int s = 0; s < sets.size(); s++) {
      Dataset set = sets.get(s);
      for (int i = 0; i < set.size(); i++) {
        double[] own = probabilities[photos.size()];
        // A classifier that has not seen the only photo of a class cannot know the class.
        boolean isAlone = ofClass[set.label(i)] == 1;
        photos.add(photo(set, i, s >= train.size(), own, isAlone));
      }
    }
    List<Copy> copies =
        found.stream()
            .map(
                copy ->
                    new Copy(
                        photos.get(copy.image()),
                        photos.get(copy.of()),
                        copy.kind(),
                        copy.similarity()))
            .toList();
    long agreed = photos.stream().filter(photo -> photo.label().equals(photo.likely())).count();
    return new Report(sorted(photos), copies, broken, tiny, (double) agreed / photos.size());
  }

  /** Of photos whose features are known, those with labels that are probably wrong, worst first. */
  static List<Photo> doubtful(Dataset set, CachedFeatures features) {
    int threads = Runtime.getRuntime().availableProcessors();
    double[][] judged = probabilities(features, ImageCopies.all(set), SEED, threads);
    int[] ofClass = counts(List.of(set));
    return sorted(
        IntStream.range(0, set.size())
            .mapToObj(i -> photo(set, i, false, judged[i], ofClass[set.label(i)] == 1))
            .filter(Photo::isDoubtful)
            .toList());
  }

  /** The photos of each class. */
  static int[] counts(List<Dataset> sets) {
    int[] counts = new int[sets.getFirst().classes().size()];
    sets.forEach(set -> IntStream.range(0, set.size()).forEach(i -> counts[set.label(i)]++));
    return counts;
  }

  private static List<Photo> sorted(List<Photo> photos) {
    return photos.stream().sorted(Comparator.comparingDouble(Photo::doubt).reversed()).toList();
  }

  private static Photo photo(
      Dataset set, int index, boolean isTest, double[] probabilities, boolean isAlone) {
    int best = Evaluation.largest(probabilities);
    return new Photo(
        set,
        index,
        isTest,
        isAlone ? Double.NaN : probabilities[set.label(index)],
        set.classes().get(best),
        probabilities[best]);
  }

  /** For each photo the probabilities of the classes, by a classifier that did not see it. */
  private double[][] probabilities(List<Dataset> sets, List<ImageCopies.Copy> copies) {
    Network whole = backbone.classifier(sets.getFirst().classes());
    Network cut = OutputLayer.below(whole);
    int width = cut.graph().output().elements();
    int count = sets.stream().mapToInt(Dataset::size).sum();
    float[] values = new float[Math.multiplyExact(count, width)];
    int[] labels = new int[count];
    int n = 0;
    for (Dataset set : sets) {
      CachedFeatures some = settings.features(cut, set, 1);
      for (int i = 0; i < some.size(); i++, n++) {
        labels[n] = some.label(i);
        System.arraycopy(some.row(i), 0, values, n * width, width);
      }
    }
    CachedFeatures features = CachedFeatures.of(values, labels, whole.labels().size());
    return probabilities(features, copies, settings.seed, settings.threads);
  }

  private static double[][] probabilities(
      CachedFeatures photos, List<ImageCopies.Copy> copies, long seed, int threads) {
    int[] labels = IntStream.range(0, photos.size()).map(photos::label).toArray();
    int[] groups = IntStream.range(0, labels.length).toArray();
    copies.forEach(copy -> groups[copy.image()] = groups[copy.of()]); // originals come first
    return HeldOutProbabilities.of(
        photos, Folds.of(labels, groups, FOLDS, seed), threads, KernelSet.fastest());
  }
}
