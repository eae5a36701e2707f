package io.fovea.transfer.sort;

import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.PixelDataset;
import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.file.AtomicFile;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Network;
import io.fovea.preprocessing.ImageFraming;
import io.fovea.tensor.Shape;
import io.fovea.train.CachedFeatures;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.zip.CRC32;

/**
 * The features of a frozen network for photos, and a thumbnail of each by which copies are found.
 * Each photo is decoded once: what was computed is kept in a file, and used again for the same
 * weights and for photos of the same size and time. Safe for several threads.
 */
public final class SortFeatures {
  /** Twice the side of what copies are judged by: 3 kB a photo. */
  private static final int SIDE = 32;

  private static final int BLOCK = 32;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Known(String stamp, float[] features, byte[] thumbnail) {}

  private record Decoded(String stamp, Image image) {}

  private final Network cut;
  private final Path folder;
  private final Path file;
  private final Map<Path, Known> known = new ConcurrentHashMap<>();
  private final Map<Path, String> broken = new ConcurrentHashMap<>();
  private int strays; // of the broken files, those that are no photos

  /** The outputs of a network for the photos of a folder, none of them yet, to keep in a file. */
  public SortFeatures(Network cut, Path folder, Path file) {
    this.cut = cut;
    this.folder = folder;
    this.file = file;
  }

  /** Whether a photo's features are computed; never those of a broken one. */
  public boolean isKnown(Path photo) {
    return known.containsKey(photo);
  }

  /** The folder's files without the journal; what cannot be named or opened counts as broken. */
  public List<Path> files(Path journal) throws DataException {
    List<Path> all = new ArrayList<>();
    for (Path each : Images.filesIn(folder)) {
      Path photo = folder.relativize(each);
      if (!isNamed(photo)) {
        broken.put(photo, "its name is not in the system's encoding; rename the file");
      } else if (Files.exists(each) && !Files.isRegularFile(each)) { // to open it may block
        broken.put(photo, "it is a pipe or a device; remove it");
      } else if (!each.equals(journal) && !each.equals(file)) {
        all.add(photo);
      }
    }
    strays = broken.size();
    return List.copyOf(all);
  }

  /** Whether a path's text gives the path: Java replaces what it cannot decode in names. */
  private static boolean isNamed(Path photo) {
    try {
      return photo.getFileSystem().getPath(photo.toString()).equals(photo);
    } catch (InvalidPathException otherLetters) {
      return false;
    }
  }

  /** Whether a photo still has a file; one that has none counts as broken from now on. */
  public boolean isThere(Path photo) {
    boolean isThere = Files.isRegularFile(folder.resolve(photo));
    if (!isThere) {
      broken.put(photo, "its file is gone");
    }
    return isThere;
  }

  /** Whether a photo cannot be read, as far as is known. */
  public boolean isBroken(Path photo) {
    return broken.containsKey(photo);
  }

  /** The photos that cannot be read, with the reasons. */
  public List<DataSplit.Skipped> broken() {
    return broken.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> new DataSplit.Skipped(slashes(entry.getKey()), entry.getValue()))
        .toList();
  }

  /** A path with slashes on every system. */
  public static String slashes(Path photo) {
    return photo.toString().replace(File.separatorChar, '/');
  }

  /** What is known of a photo that {@link #isKnown}. */
  Known known(Path photo) {
    return Objects.requireNonNull(known.get(photo), () -> "sort: no features of " + photo);
  }

  CachedFeatures rows(List<Path> photos, int[] labels, int classes) {
    int width = cut.graph().output().elements();
    float[] values = new float[Math.multiplyExact(labels.length, width)];
    for (int i = 0; i < labels.length; i++) {
      System.arraycopy(known(photos.get(i)).features, 0, values, i * width, width);
    }
    return CachedFeatures.of(values, labels, classes);
  }

  /** The squared distance to the nearest one of some others that have features. */
  public double distance(Path photo, List<Path> others) {
    float[] own = known(photo).features;
    return others.stream()
        .filter(known::containsKey)
        .mapToDouble(other -> distance(own, known(other).features))
        .min()
        .orElse(0);
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int f = 0; f < a.length; f++) {
      sum += (a[f] - b[f]) * (a[f] - b[f]);
    }
    return sum;
  }

  /** Some photos' thumbnails as a data set. */
  public PixelDataset thumbnails(List<Path> photos, List<String> classes, int[] labels) {
    byte[][] pixels = photos.stream().map(photo -> known(photo).thumbnail).toArray(byte[][]::new);
    Shape shape = Shape.of(cut.graph().input().size(0), SIDE, SIDE);
    List<String> origins = photos.stream().map(SortFeatures::slashes).toList();
    return new PixelDataset("sort", shape, classes, pixels, labels, origins, Framing.STRETCH);
  }

  /** Computes what is not known yet, and says after each block of how many photos it is known. */
  public void compute(List<Path> photos, BooleanSupplier isOver, IntConsumer listener)
      throws IOException {
    List<Path> missing =
        photos.stream().filter(photo -> !isKnown(photo) && !isBroken(photo)).toList();
    listener.accept(known.size() + broken.size() - strays);
    for (int from = 0; from < missing.size() && !isOver.getAsBoolean(); from += BLOCK) {
      compute(missing.subList(from, Math.min(missing.size(), from + BLOCK)));
      listener.accept(known.size() + broken.size() - strays);
    }
    if (!missing.isEmpty()) {
      save();
    }
  }

  private void compute(List<Path> block) {
    Map<Path, Decoded> decoded = new ConcurrentHashMap<>();
    block.parallelStream().forEach(photo -> decode(photo, decoded));
    List<Path> sound = block.stream().filter(decoded::containsKey).toList();
    if (sound.isEmpty()) {
      return;
    }
    byte[][] pixels =
        sound.stream()
            .map(p -> Objects.requireNonNull(decoded.get(p)).image.pixels())
            .toArray(byte[][]::new);
    int[] labels = new int[pixels.length];
    Shape shape = cut.graph().input();
    PixelDataset set =
        new PixelDataset("sort", shape, List.of("0"), pixels, labels, null, framing());
    int threads = Math.min(1024, Runtime.getRuntime().availableProcessors());
    CachedFeatures rows =
        CachedFeatures.of(cut, set, 1, Augmentation.none(), 0, threads, KernelSet.fastest());
    for (int i = 0; i < pixels.length; i++) {
      Decoded photo = Objects.requireNonNull(decoded.get(sound.get(i)));
      byte[] small = photo.image.resized(SIDE, SIDE).pixels();
      known.put(sound.get(i), new Known(photo.stamp, rows.row(i), small));
    }
  }

  private Framing framing() {
    return cut.preprocessing().framing();
  }

  private void decode(Path photo, Map<Path, Decoded> to) {
    Shape shape = cut.graph().input();
    try {
      Image read = Images.read(folder.resolve(photo), shape, framing());
      Image image =
          ImageFraming.of(
              read.withChannels(shape.size(0)), shape.size(1), shape.size(2), framing());
      to.put(photo, new Decoded(stamp(photo), image));
    } catch (IOException reason) {
      broken.put(photo, DataException.reason(reason));
    }
  }

  /** What makes features the same: the photo's file, and its time. */
  private String stamp(Path photo) throws IOException {
    Path whole = folder.resolve(photo);
    return "%s %d %d"
        .formatted(slashes(photo), Files.size(whole), Files.getLastModifiedTime(whole).toMillis());
  }

  private String key() {
    CRC32 sum = new CRC32();
    for (String name : cut.weights().names()) {
      float[] values = cut.weights().values(name);
      ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
      bytes.asFloatBuffer().put(values);
      sum.update(bytes);
    }
    return "fovea sort 2 %s %s %x"
        .formatted(cut.graph().input(), cut.preprocessing(), sum.getValue());
  }

  private void save() throws IOException {
    AtomicFile.write(
        file,
        out -> {
          DataOutputStream data = new DataOutputStream(out);
          data.writeUTF(key());
          data.writeInt(known.size()); // nothing is added: one thread computes
          for (Known each : known.values()) {
            ByteBuffer bytes = ByteBuffer.allocate(4 * each.features.length);
            bytes.asFloatBuffer().put(each.features);
            data.writeUTF(each.stamp);
            data.write(bytes.array());
            data.write(each.thumbnail);
          }
          data.flush();
        });
  }

  /** Takes over what the file has of the photos; a file that says something else is passed over. */
  public void load(List<Path> photos) {
    Map<String, Known> kept = new HashMap<>();
    try (DataInputStream data =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      if (!data.readUTF().equals(key())) {
        return;
      }
      byte[] row = new byte[4 * cut.graph().output().elements()];
      int count = data.readInt();
      for (int i = 0; i < count; i++) {
        String stamp = data.readUTF();
        data.readFully(row);
        float[] features = new float[row.length / 4];
        ByteBuffer.wrap(row).asFloatBuffer().get(features);
        byte[] small = new byte[cut.graph().input().size(0) * SIDE * SIDE];
        data.readFully(small);
        kept.put(stamp, new Known(stamp, features, small));
      }
      for (Path photo : photos) {
        if (Files.exists(folder.resolve(photo))) { // no dangling link
          Known own = kept.get(stamp(photo));
          if (own != null) {
            known.put(photo, own);
          }
        }
      }
    } catch (IOException absent) {
      // There is none yet, or it is damaged: everything is computed.
    }
  }
}
