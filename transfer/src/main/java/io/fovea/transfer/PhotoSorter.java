package io.fovea.transfer;

import io.fovea.data.base.DataException;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageCopies;
import io.fovea.dataset.Dataset;
import io.fovea.network.Network;
import io.fovea.random.RandomKey;
import io.fovea.transfer.sort.SortClasses;
import io.fovea.transfer.sort.SortFeatures;
import io.fovea.transfer.sort.SortJournal;
import io.fovea.transfer.sort.SortModel;
import io.fovea.transfer.sort.SortedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of photos without classes, and a person who names them, one photo at a time (active
 * learning). Features of a pretrained network are computed once a photo; logistic regression on
 * them is solved again after each label, and the photo that it is least sure of is asked next: the
 * one with the smallest margin between its two most probable classes (margin sampling, Scheffer,
 * Decomain and Wrobel 2001; Settles, Active Learning Literature Survey, 2009, section 3.1).
 *
 * <p>Every label is on the disk, in the journal, before its call returns; a journal that is opened
 * again gives the same state. The photos themselves are only read. Paths of photos are relative to
 * the folder. The same photos and labels ask the same photo. Safe for several threads.
 */
public final class PhotoSorter implements AutoCloseable {
  /** Labels a class after which one that has none is no longer looked for. */
  private static final long SEARCH = 10;

  private static final int UNSORTED = -1;
  private static final int LEFT_OUT = -2;

  private final Path folder;
  private final SortJournal journal;
  private final SortFeatures features;
  private final List<Path> photos;
  private final List<Path> mixed; // neighbours in a folder are alike
  private final Map<Path, Integer> numbers = new HashMap<>();
  private final SortClasses classes = new SortClasses();
  private final int[] labels;
  private final Deque<Step> steps = new ArrayDeque<>();
  private @Nullable SortModel model;
  private volatile boolean isClosed;

  private record Step(int photo, int before) {}

  /**
   * A photo that shows what another one shows.
   *
   * @param photo the later of the two
   * @param original the first photo that it is a copy of
   * @param similarity the correlation of their thumbnails, up to 1
   */
  public record Copy(Path photo, Path original, ImageCopies.Kind kind, double similarity) {}

  private PhotoSorter(Path folder, List<Path> photos, SortJournal journal, SortFeatures features) {
    this.folder = folder;
    this.photos = photos;
    int[] order = RandomKey.of(0).with("sort").permutation(photos.size());
    this.mixed = IntStream.of(order).mapToObj(photos::get).toList();
    this.journal = journal;
    this.features = features;
    this.labels = new int[photos.size()];
    Arrays.fill(labels, UNSORTED);
    IntStream.range(0, labels.length).forEach(i -> numbers.put(photos.get(i), i));
  }

  /**
   * Opens a folder of photos, with what its journal says of them.
   *
   * @param photos the folder; files in folders below it are photos, too
   * @param journal the file of labels, which is made where there is none; features are kept beside
   *     it
   * @param classes classes that are added where the journal does not have them
   * @throws DataException if the folder cannot be read or has no files, or the journal is damaged,
   *     in use or cannot be written
   * @throws IllegalArgumentException as {@link #addClass}
   */
  public static PhotoSorter open(Backbone backbone, Path photos, Path journal, List<String> classes)
      throws DataException {
    Path root = photos.toAbsolutePath().normalize();
    Path own = journal.toAbsolutePath().normalize();
    Path kept = own.resolveSibling(own.getFileName() + ".features");
    Network cut = OutputLayer.below(backbone.classifier(List.of("0", "1")));
    SortFeatures features = new SortFeatures(cut, root, kept);
    List<Path> files = features.files(own);
    if (files.isEmpty() || !Files.isDirectory(root)) {
      throw new DataException(
          "sort: expects a folder of photos, got %s without any; put PNG or JPEG photos into it"
              .formatted(photos));
    }
    features.load(files);
    PhotoSorter sorter = new PhotoSorter(root, files, SortJournal.open(own), features);
    try {
      sorter.replay();
      for (String name : classes) {
        if (!sorter.classes().contains(name)) {
          sorter.addClass(name);
        }
      }
      return sorter;
    } catch (DataException | RuntimeException failure) {
      sorter.close();
      throw failure;
    }
  }

  private void replay() throws DataException {
    int line = 0;
    for (SortJournal.Entry entry : journal.entries()) {
      line++;
      try {
        replay(entry);
      } catch (IllegalArgumentException nonsense) {
        throw journal.damaged(line, nonsense);
      }
    }
  }

  private void replay(SortJournal.Entry entry) {
    // A photo that is no longer there leaves a step without effect, for the undo that may follow.
    int photo = numbers.getOrDefault(folder.getFileSystem().getPath(entry.photo()), -1);
    switch (entry.act()) {
      case CLASS -> classes.add(entry.label());
      case LABEL -> set(photo, classes.number(entry.label()));
      case LEAVE_OUT -> set(photo, LEFT_OUT);
      case UNDO -> takeBack();
    }
  }

  private void set(int photo, int label) {
    steps.push(new Step(photo, photo < 0 ? UNSORTED : labels[photo]));
    if (photo >= 0) {
      labels[photo] = label;
    }
    model = null;
  }

  private @Nullable Step takeBack() {
    Step step = steps.poll();
    if (step != null && step.photo >= 0) {
      labels[step.photo] = step.before;
    }
    model = null;
    return step;
  }

  /**
   * Computes the features of all photos that have none yet, each once: those of an earlier process
   * are read from their file. Other threads may label meanwhile. Returns early when this is closed.
   *
   * @param listener is told of how many photos they are known, or the photo found broken
   * @throws DataException if the features cannot be kept; they are there nevertheless
   */
  public void computeFeatures(IntConsumer listener) throws DataException {
    try {
      features.compute(mixed, () -> isClosed, listener);
    } catch (IOException failure) {
      throw new DataException(
          "sort: the features cannot be written beside the journal: %s; free some space, or they are computed again at the next start"
              .formatted(DataException.reason(failure)),
          failure);
    }
  }

  /** All photos, in order of paths, without pipes, devices and names that cannot be written. */
  public List<Path> photos() {
    return photos;
  }

  /**
   * The photos that cannot be read, as far as features are computed, and the files that are none of
   * {@link #photos}, with the reasons.
   */
  public List<DataSplit.Skipped> broken() {
    return features.broken();
  }

  /** The names of the classes; a label is an index into this list. */
  public synchronized List<String> classes() {
    return classes.names();
  }

  /**
   * Adds a class.
   *
   * @throws IllegalArgumentException if there is one of that name, in small or capital letters, the
   *     name is none for a folder of photos, or there are 1,000 classes
   * @throws DataException if the journal cannot be written
   */
  public synchronized void addClass(String name) throws DataException {
    classes.require(name);
    journal.append(new SortJournal.Entry(SortJournal.Act.CLASS, "", name));
    classes.add(name);
  }

  /** Checks names of classes, as {@link #addClass} does, before there are photos of them. */
  public static void requireClasses(List<String> names) {
    SortClasses all = new SortClasses();
    names.forEach(all::add);
  }

  /** The class of a photo; empty where it has none. */
  public synchronized OptionalInt labelOf(Path photo) {
    int label = labels[number(photo)];
    return label < 0 ? OptionalInt.empty() : OptionalInt.of(label);
  }

  /** Whether a photo was left out. */
  public synchronized boolean isLeftOut(Path photo) {
    return labels[number(photo)] == LEFT_OUT;
  }

  private int number(Path photo) {
    Integer number = numbers.get(photo);
    if (number == null) {
      throw new IllegalArgumentException(
          "sort: expects a photo of %s by its path in it, got %.100s; take one of photos()"
              .formatted(folder, photo));
    }
    return number;
  }

  /**
   * Gives a photo a class, or another one.
   *
   * @throws IllegalArgumentException if there is no such photo or class
   * @throws DataException if the journal cannot be written; then nothing has changed
   */
  public synchronized void label(Path photo, int label) throws DataException {
    int number = number(photo);
    if (label < 0 || label >= classes.size()) {
      throw new IllegalArgumentException(
          "sort: expects a label from 0 to %d, got %d; add a class by addClass"
              .formatted(classes.size() - 1, label));
    }
    journal.append(
        new SortJournal.Entry(
            SortJournal.Act.LABEL, SortFeatures.slashes(photo), classes.name(label)));
    set(number, label);
  }

  /**
   * Leaves a photo out: it has no class, and is not asked again.
   *
   * @throws IllegalArgumentException if there is no such photo
   * @throws DataException if the journal cannot be written; then nothing has changed
   */
  public synchronized void leaveOut(Path photo) throws DataException {
    int number = number(photo);
    journal.append(
        new SortJournal.Entry(SortJournal.Act.LEAVE_OUT, SortFeatures.slashes(photo), ""));
    set(number, LEFT_OUT);
  }

  /**
   * Takes the last label, or photo left out, back; again for the one before it.
   *
   * @return its photo; empty where there is nothing to take back
   * @throws DataException if the journal cannot be written; then nothing has changed
   */
  public synchronized Optional<Path> undo() throws DataException {
    if (steps.isEmpty()) {
      return Optional.empty();
    }
    journal.append(new SortJournal.Entry(SortJournal.Act.UNDO, "", ""));
    return Optional.ofNullable(takeBack()).filter(s -> s.photo >= 0).map(s -> photos.get(s.photo));
  }

  /**
   * The photo to ask next: of those with features, the one with the smallest margin; while a class
   * has no photo yet, for up to 10 photos a class, the one that is farthest from all asked ones.
   * Empty when every photo has a class, was left out or is broken.
   */
  public synchronized Optional<Path> next() {
    List<Path> left =
        mixed.stream()
            .filter(photo -> labels[number(photo)] == UNSORTED && !features.isBroken(photo))
            .toList();
    List<Path> seen = left.stream().filter(photo -> features.isKnown(photo)).toList();
    if (seen.isEmpty()) {
      return left.stream().findFirst();
    }
    SortModel now = model();
    long sorted = IntStream.of(labels).filter(label -> label >= 0).count();
    if (now != null && (now.knowsAll() || sorted >= SEARCH * classes.size())) {
      return Optional.of(least(seen, now::margin));
    }
    List<Path> asked = photos.stream().filter(photo -> labels[number(photo)] != UNSORTED).toList();
    return Optional.of(least(seen, photo -> -features.distance(photo, asked)));
  }

  private static Path least(List<Path> some, ToDoubleFunction<Path> score) {
    double[] scores = some.stream().mapToDouble(score).toArray();
    return some.get(
        IntStream.range(0, scores.length).reduce(0, (a, b) -> scores[b] < scores[a] ? b : a));
  }

  /**
   * What the classifier, as it is now, thinks of a photo: a probability for each class, 0 for one
   * without photos. Empty before two classes have some, and for a photo without features.
   */
  public synchronized double[] probabilities(Path photo) {
    number(photo);
    SortModel now = model();
    return now == null || !features.isKnown(photo) ? new double[0] : now.probabilities(photo);
  }

  private @Nullable SortModel model() {
    if (model == null) {
      model = SortModel.fit(features, labelled());
    }
    return model;
  }

  /** The photos of each class that have features, in order of paths. */
  private SortModel.Labelled labelled() {
    int[] some =
        IntStream.range(0, labels.length)
            .filter(i -> labels[i] >= 0 && features.isKnown(photos.get(i)))
            .toArray();
    return new SortModel.Labelled(
        IntStream.of(some).mapToObj(photos::get).toList(),
        IntStream.of(some).map(i -> labels[i]).toArray(),
        classes.names());
  }

  /**
   * The labels that are probably wrong, the worst first: photos to which logistic regression on the
   * other folds of a 5-fold cross-validation gives another class, as {@link PhotoCheck} has them;
   * copies are in one fold. Empty before two classes have photos, and where all of them are copies
   * of one photo: without it, nothing is left to learn from.
   */
  public List<PhotoCheck.Photo> doubtful() {
    SortModel.Labelled now;
    synchronized (this) {
      now = labelled();
    }
    return now.present().length < 2
        ? List.of()
        : PhotoCheck.doubtful(now.thumbnails(features), now.rows(features));
  }

  /** The photos that are copies of earlier ones, as {@link ImageCopies#all} finds them. */
  public List<Copy> copies() {
    List<Path> own;
    synchronized (this) {
      own = photos.stream().filter(photo -> features.isKnown(photo)).toList();
    }
    Dataset set = features.thumbnails(own, List.of("0"), new int[own.size()]);
    return ImageCopies.all(set).stream()
        .map(
            copy ->
                new Copy(own.get(copy.image()), own.get(copy.of()), copy.kind(), copy.similarity()))
        .toList();
  }

  /**
   * Writes a data set: a folder for each class with copies of its photos, under their paths. It has
   * its name only when it is complete. Photos whose files are gone are left out, and {@link
   * #broken} from then on.
   *
   * @param target a folder that does not exist
   * @throws DataException if it exists, fewer than two classes have photos, or a file cannot be
   *     copied
   */
  public void writeTo(Path target) throws DataException {
    Map<Path, String> sorted = new HashMap<>();
    synchronized (this) {
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] >= 0 && features.isThere(photos.get(i))) {
          sorted.put(photos.get(i), classes.name(labels[i]));
        }
      }
    }
    SortedFolder.write(folder, sorted, target);
  }

  /** Ends a computation of features, and releases the journal. */
  @Override
  public synchronized void close() throws DataException {
    isClosed = true;
    journal.close();
  }
}
