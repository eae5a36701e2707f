package io.fovea.replay;

import io.fovea.format.Checkpoints;
import io.fovea.format.FormatException;
import io.fovea.format.Models;
import io.fovea.format.json.JsonValue;
import io.fovea.format.json.StrictJson;
import io.fovea.format.tensors.DataType;
import io.fovea.format.tensors.SafeTensors;
import io.fovea.format.tensors.TensorEntry;
import io.fovea.network.Network;
import io.fovea.replay.RunAudit.Difference;
import io.fovea.run.RunFolder;
import io.fovea.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a run wrote, beside what training again writes: the first difference. Files are compared
 * whole: all members of their metadata, and names, types, shapes and values of all tensors.
 */
final class Comparison {
  /** Members that no repetition gives again. */
  private static final Set<String> TIMES = Set.of("seconds", "imagesPerSecond");

  private static final Pattern MODEL = Pattern.compile("(?is).*\\.(safetensors|onnx|pth?|bin)");

  private final RunFolder folder;
  private final int parents;
  private final Set<Path> compared = new HashSet<>();
  private @Nullable Difference first;

  /**
   * @param parents the epochs of a fork's parent. They may lack their figures of test images: a
   *     state that is trained again for a fork has none
   */
  Comparison(RunFolder folder, int parents) {
    this.folder = folder;
    this.parents = parents;
  }

  Optional<Difference> first() {
    return Optional.ofNullable(first);
  }

  void found(Difference difference) {
    first = first == null ? difference : first;
  }

  void differ(long step, String what, @Nullable Object recorded, @Nullable Object again) {
    if (!Objects.equals(recorded, again)) {
      found(new Difference(step, what, text(recorded), text(again)));
    }
  }

  private static String text(@Nullable Object value) {
    return value == null
        ? "none"
        : value instanceof JsonValue json ? json.describe() : value.toString();
  }

  void json(long step, String name, String place, String recorded, String again) {
    json(step, name, place, json(recorded), json(again));
  }

  /** The value of a text; that text itself if it is no JSON. */
  static JsonValue json(String text) {
    try {
      return StrictJson.read("verify", text);
    } catch (FormatException other) {
      return new JsonValue.Text(text);
    }
  }

  private void json(
      long step,
      String name,
      String place,
      @Nullable JsonValue recorded,
      @Nullable JsonValue again) {
    if (recorded instanceof JsonValue.Members then && again instanceof JsonValue.Members now) {
      for (String member : union(now.values(), then.values())) {
        JsonValue own = then.values().get(member);
        JsonValue other = now.values().get(member);
        boolean isLeftOut =
            member.equals("test") && (own == null || other == null) && isBefore(then);
        isLeftOut |=
            TIMES.contains(member)
                && own instanceof JsonValue.Numeral
                && other instanceof JsonValue.Numeral;
        if (!isLeftOut) {
          json(step, name.isEmpty() ? member : name + "." + member, place, own, other);
        }
      }
    } else if (recorded instanceof JsonValue.Items(List<JsonValue> then)
        && again instanceof JsonValue.Items(List<JsonValue> now)
        && then.size() == now.size()) {
      for (int i = 0; i < now.size(); i++) {
        json(step, "%s[%d]".formatted(name, i), place, then.get(i), now.get(i));
      }
    } else {
      differ(step, name + place, recorded, again);
    }
  }

  private boolean isBefore(JsonValue.Members epoch) {
    return epoch.values().get("epoch") instanceof JsonValue.Numeral number
        && number.whole().orElse(Long.MAX_VALUE) <= parents;
  }

  private static Set<String> union(Map<String, ?> one, Map<String, ?> other) {
    Set<String> names = new LinkedHashSet<>(one.keySet());
    names.addAll(other.keySet());
    return names;
  }

  void file(long step, Path file, Network again, @Nullable Checkpoint state) throws IOException {
    compared.add(file);
    if (first != null) {
      return;
    }
    if (!Files.isRegularFile(file)) {
      throw new FormatException(
          "verify: %s has no %s; restore it".formatted(folder.path(), file.getFileName()));
    }
    Path own = Files.createTempDirectory("fovea-verify");
    Path copy = own.resolve("again.safetensors");
    try {
      if (state == null) {
        Models.write(again, copy);
      } else {
        Checkpoints.write(state, again, copy);
      }
      try (SafeTensors then = SafeTensors.open(file);
          SafeTensors now = SafeTensors.open(copy)) {
        files(step, " in " + name(file), then, now);
      }
    } finally {
      Files.deleteIfExists(copy);
      Files.delete(own);
    }
  }

  private void files(long step, String place, SafeTensors then, SafeTensors now)
      throws FormatException {
    json(step, "", place, metadata(then), metadata(now));
    for (String tensor : union(now.tensors(), then.tensors())) {
      TensorEntry own = then.tensors().get(tensor);
      TensorEntry other = now.tensors().get(tensor);
      differ(step, "the tensor " + tensor + place, kind(own), kind(other));
      if (first != null || own == null || other == null) {
        return;
      }
      if (own.type() == DataType.I64) {
        String counted = Arrays.toString(then.longs(own));
        differ(step, tensor + place, counted, Arrays.toString(now.longs(other)));
      } else {
        values(step, tensor, place, then.floats(own), now.floats(other));
      }
    }
  }

  private static JsonValue metadata(SafeTensors file) {
    Map<String, JsonValue> values = new LinkedHashMap<>();
    file.metadata().forEach((name, text) -> values.put(name, json(text)));
    return new JsonValue.Members(values);
  }

  private static @Nullable String kind(@Nullable TensorEntry entry) {
    return entry == null ? null : entry.type() + " of " + entry.shapeText();
  }

  private void values(long step, String tensor, String place, float[] then, float[] now) {
    for (int i = 0; i < now.length && first == null; i++) {
      if (Float.floatToRawIntBits(then[i]) != Float.floatToRawIntBits(now[i])) {
        String what = "%s[%d]%s".formatted(tensor, i, place);
        found(new Difference(step, what, Float.toString(then[i]), Float.toString(now[i])));
      }
    }
  }

  private String name(Path file) {
    return folder.path().relativize(file).toString().replace('\\', '/');
  }

  /** The model files of the run that were not compared; replay/ stands for all of its own. */
  List<String> others() throws IOException {
    try (Stream<Path> files = Files.walk(folder.path())) {
      return files
          .filter(file -> !compared.contains(file))
          .filter(
              file ->
                  Files.isDirectory(file)
                      ? Files.isSymbolicLink(file) // whose files are not looked through
                      : MODEL.matcher(file.toString()).matches())
          .map(this::name)
          .map(name -> name.startsWith(RunFolder.REPLAY + "/") ? RunFolder.REPLAY + "/" : name)
          .distinct()
          .sorted()
          .toList();
    }
  }
}
