package io.fovea.format.torch;

import io.fovea.format.FormatException;
import io.fovea.format.content.FileContent;
import io.fovea.format.content.InputFile;
import io.fovea.format.message.Quotation;
import io.fovea.format.tensors.DataType;
import io.fovea.format.tensors.FloatDecoding;
import io.fovea.format.tensors.TensorEntry;
import io.fovea.format.torch.TorchValue.Dict;
import io.fovea.format.torch.TorchValue.Text;
import io.fovea.format.torch.TorchValue.View;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;

/**
 * An open file of torch.save with a state dict, or with a checkpoint that has one: a zip container
 * whose data.pkl describes the tensors, with their values in entries data/0, data/1 ...
 * (pytorch.org/docs/stable/notes/serialization.html). Nothing in it is executed, and nothing is
 * allocated by a size that only the file states. Descriptions are read and checked when it is
 * opened, values on request.
 */
public final class TorchFile implements Closeable {
  private static final String PICKLE = "/data.pkl";

  /** More than the pickle of 50,000 tensors. */
  private static final int LARGEST_PICKLE = 1 << 24;

  private static final int LONGEST_NOTE = 100;

  /** The newest version of the container that PyTorch 2 reads. */
  private static final int NEWEST_VERSION = 10;

  /**
   * How often the file's size may be read for tensors with strides; eight heads of one weight fit.
   */
  private static final int MOST_SPREAD = 16;

  private static final int MOST_LISTED = 20;

  private final Path file;
  private final String place;
  private final TorchArchive archive;
  private final String root;
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
  private final Map<String, TensorEntry> tensors = new LinkedHashMap<>();
  private final Map<String, View> views = new HashMap<>();
  private final List<String> ignored = new ArrayList<>();

  private TorchFile(Path file, String place, TorchArchive archive) throws FormatException {
    this.file = file;
    this.place = place;
    this.archive = archive;
    this.root = root();
  }

  /** Opens a file and checks everything except the values. */
  public static TorchFile open(Path file) throws FormatException {
    String place = Quotation.fileName(file) + ": read";
    InputFile.requireFile(file, place);
    if (FileContent.of(file) == FileContent.OLD_TORCH) {
      throw new FormatException(
          "%s: is a file of PyTorch before 1.6, or one saved without zip; load it in a current PyTorch and save it again, torch.save(state_dict, FILE)"
              .formatted(place));
    }
    try {
      TorchArchive archive = TorchArchive.open(place, file);
      try {
        TorchFile open = new TorchFile(file, place, archive);
        open.readFacts();
        return open;
      } catch (IOException | RuntimeException | Error failure) {
        archive.close();
        throw failure;
      }
    } catch (IOException failure) {
      throw FormatException.of(file, "read", failure);
    }
  }

  /** The tensors that can be weights or counts, in the order of the state dict. */
  public Map<String, TensorEntry> tensors() {
    return tensors;
  }

  /**
   * The names of other entries of the state dict: tensors of other types, and values that are not
   * tensors.
   */
  public List<String> ignored() {
    return ignored;
  }

  /** An object that is equal for two names of the same tensor. */
  public Object identity(TensorEntry entry) {
    return view(entry);
  }

  private View view(TensorEntry entry) {
    View view = views.get(entry.name());
    if (view == null) {
      throw new IllegalArgumentException("tensor: is not of this file");
    }
    return view;
  }

  private String root() throws FormatException {
    List<String> pickles =
        archive.entries().keySet().stream()
            // One folder deep: torch.save puts all entries into one folder.
            .filter(name -> name.endsWith(PICKLE) && name.indexOf('/') == name.lastIndexOf('/'))
            .toList();
    if (pickles.size() != 1) {
      throw new FormatException(
          "%s: a file of torch.save has one data.pkl, this zip file has %d; give a state dict that torch.save has written"
              .formatted(place, pickles.size()));
    }
    String only = pickles.getFirst();
    return only.substring(0, only.length() - PICKLE.length() + 1);
  }

  private ZipEntry entry(String name) throws FormatException {
    return archive
        .entry(root + name)
        .orElseThrow(
            () ->
                new FormatException(
                    place + ": has no entry " + Quotation.of(name) + TorchArchive.DAMAGED));
  }

  private String note(String name) throws IOException {
    byte[] bytes = archive.bytes(entry(name), LONGEST_NOTE);
    return new String(bytes, StandardCharsets.US_ASCII).strip();
  }

  private void readFacts() throws IOException {
    String version = note("version");
    if (!version.matches("[0-9]{1,2}") || Integer.parseInt(version) > NEWEST_VERSION) {
      throw new FormatException(
          "%s: has the container version %s, expected at most %d; save it again with PyTorch 2"
              .formatted(place, Quotation.of(version), NEWEST_VERSION));
    }
    if (archive.entry(root + "byteorder").isPresent()) {
      String byteOrder = note("byteorder");
      order =
          switch (byteOrder) {
            case "little" -> ByteOrder.LITTLE_ENDIAN;
            case "big" -> ByteOrder.BIG_ENDIAN;
            default ->
                throw new FormatException(
                    "%s: has the byte order %s, expected little or big%s"
                        .formatted(place, Quotation.of(byteOrder), TorchArchive.DAMAGED));
          };
    }
    byte[] pickle = archive.bytes(entry("data.pkl"), LARGEST_PICKLE);
    take(stateDict(TorchPickle.read(place + ": data.pkl", pickle)));
    checkTotal();
  }

  /** The dict of tensors: the value itself, or the only one among its values. */
  private Dict stateDict(TorchValue value) throws FormatException {
    if (!(value instanceof Dict dict)) {
      throw new FormatException(
          "%s: holds no dict of tensors; save the tensors by name, torch.save(model.state_dict(), FILE)"
              .formatted(place));
    }
    Map<String, Dict> nested = new LinkedHashMap<>();
    dict.entries()
        .forEach(
            (key, inner) -> {
              if (inner instanceof Dict candidate && hasTensors(candidate)) {
                nested.put(text(key), candidate);
              }
            });
    boolean own = hasTensors(dict);
    if (own && nested.isEmpty()) {
      return dict;
    }
    if (!own && nested.size() == 1) {
      return nested.values().iterator().next();
    }
    String keys =
        (nested.isEmpty()
                ? dict.entries().keySet().stream().map(TorchFile::text)
                : nested.keySet().stream())
            .limit(MOST_LISTED)
            .map(Quotation::of)
            .collect(Collectors.joining(", "));
    throw new FormatException(
        nested.isEmpty()
            ? "%s: holds no tensors, neither itself nor one level deeper; it has the keys %s; save only the tensors, torch.save(model.state_dict(), FILE)"
                .formatted(place, keys.isEmpty() ? "of an empty dict" : keys)
            : "%s: holds more than one dict of tensors, %s%s; save only one of them, torch.save(torch.load(FILE)[KEY], NEW)"
                .formatted(place, own ? "tensors of its own and under " : "under ", keys));
  }

  private static boolean hasTensors(Dict dict) {
    return dict.entries().values().stream().anyMatch(View.class::isInstance);
  }

  private static String text(TorchValue key) {
    return switch (key) {
      case Text text -> text.value();
      case TorchValue.Whole whole -> String.valueOf(whole.value());
      default -> "True or False";
    };
  }

  private void take(Dict state) throws FormatException {
    for (Map.Entry<TorchValue, TorchValue> item : state.entries().entrySet()) {
      String name = text(item.getKey());
      if (!(item.getKey() instanceof Text) || !(item.getValue() instanceof View view)) {
        ignored.add(name);
        continue;
      }
      DataType type = view.storage().type();
      long elements = view.elements();
      int width = type.bits() / 8;
      boolean isCount = type == DataType.I64 && elements == 1;
      if (!type.isWeight() && !isCount) {
        ignored.add(name);
        continue;
      }
      long size = storage(view).getSize();
      if (size % width != 0 || size / width != view.storage().elements()) {
        throw new FormatException(
            "%s: tensor %s needs a storage of %d elements of %s, got %d bytes%s"
                .formatted(
                    place,
                    Quotation.of(name),
                    view.storage().elements(),
                    type,
                    size,
                    TorchArchive.DAMAGED));
      }
      tensors.put(name, new TensorEntry(name, type, view.sizes(), 0, elements * width));
      views.put(name, view);
    }
  }

  private ZipEntry storage(View view) throws FormatException {
    return entry("data/" + view.storage().key());
  }

  /**
   * Checks the total size: names of the same tensor count once. All others must not need more than
   * the file, nor be spread over much more, since all between the first and last value is read.
   */
  private void checkTotal() throws FormatException {
    long values = 0;
    long spread = 0;
    for (View view : new HashSet<>(views.values())) {
      int width = view.storage().type().bits() / 8;
      values += view.elements() * width; // no overflow: each is at most the file's size
      spread += view.isContiguous() ? 0 : view.span() * width;
    }
    long size = archive.fileSize();
    if (values > size || spread > MOST_SPREAD * size) {
      throw new FormatException(
          "%s: has tensors that share a storage: %d bytes of values, expected at most %d, the file's size, and %d bytes with those between the values, expected at most %d; save clones of them, {name: tensor.clone() ...}"
              .formatted(place, values, size, spread, MOST_SPREAD * size));
    }
  }

  /** The values of a tensor of floats, row-major; doubles are rounded to floats. */
  public float[] floats(TensorEntry entry) throws FormatException {
    View view = view(entry);
    float[] values = new float[FloatDecoding.arrayLength(place, entry)];
    if (view.isContiguous()) {
      read(
          view,
          values.length,
          (buffer, at, n) -> FloatDecoding.decode(place, entry, buffer, values, at, n));
      return values;
    }
    long span = view.span();
    if (span > Integer.MAX_VALUE - 8) {
      throw new FormatException(
          "%s: tensor %s is spread over %d elements, more than an array can hold; save tensor.contiguous() instead"
              .formatted(place, Quotation.of(entry.name()), span));
    }
    float[] spread = new float[(int) span];
    read(view, span, (buffer, at, n) -> FloatDecoding.decode(place, entry, buffer, spread, at, n));
    gather(view, spread, values);
    return values;
  }

  public long number(TensorEntry entry) throws FormatException {
    long[] values = new long[1];
    read(view(entry), 1, (buffer, at, n) -> values[0] = buffer.getLong(0));
    return values[0];
  }

  private static void gather(View view, float[] spread, float[] values) {
    int rank = view.sizes().size();
    long[] index = new long[rank];
    long from = 0;
    for (int to = 0; to < values.length; to++) {
      values[to] = spread[(int) from];
      // Counts like an odometer: an axis at its end goes back to 0, the one before it moves.
      for (int i = rank - 1; i >= 0; i--) {
        from += view.strides().get(i);
        if (++index[i] < view.sizes().get(i)) {
          break;
        }
        from -= view.strides().get(i) * view.sizes().get(i);
        index[i] = 0;
      }
    }
  }

  /** Reads elements of a storage from a tensor's first one on. */
  private void read(View view, long elements, InputFile.Piece piece) throws FormatException {
    int width = view.storage().type().bits() / 8;
    try {
      archive.read(storage(view), view.offset() * width, elements, width, order, piece);
    } catch (IOException failure) {
      throw FormatException.of(file, "read", failure);
    }
  }

  @Override
  public void close() throws FormatException {
    try {
      archive.close();
    } catch (IOException failure) {
      throw FormatException.of(file, "read", failure);
    }
  }
}
