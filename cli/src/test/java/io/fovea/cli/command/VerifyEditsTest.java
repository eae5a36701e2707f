package io.fovea.cli.command;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.SmallData;
import io.fovea.cli.screen.Json;
import io.fovea.cli.train.flags.Flag;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.format.Checkpoints;
import io.fovea.random.RandomKey;
import io.fovea.run.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Each field of each file of a run, edited by itself: {@code verify} names the edit, or the field
 * is one that changes no answer. The fields are those that the files have; the values of flags are
 * those that their help names.
 */
class VerifyEditsTest {
  /** Fields that change no answer, and why. */
  private static final Map<String, String> WITHOUT_EFFECT =
      Map.of(
          "report\\.html|events\\..*", "a page and curves for people, which no command reads",
          "checkpoints/step-\\d+\\.safetensors", "a deleted one: replays begin earlier",
          ".*(\\.| -)(seconds|imagesPerSecond)", "times",
          "config\\.json(\\.| -)(command|startedIn).*", "no path here is relative to it",
          "config\\.json\\.audit -startStep", "0 without it, as here",
          "config\\.json\\.flags(\\.| -)(checkpoint-every|keep-checkpoints).*", "files on the way",
          "config\\.json\\.flags(\\.| -)(lr=0.01|normalize.*|grayscale=on)", "what it means here",
          "config\\.json\\.flags\\.recipe.*", "a name: its flags are in the file");

  @TempDir static Path folder;

  private static Path run;
  private static CommandRun prediction;

  /** A field of a file, and the file's bytes with another value of it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Edit(String field, byte[] bytes) {}

  @BeforeAll
  static void train() throws IOException {
    Path pairs =
        SmallData.digitPairs(
            folder.resolve("pairs"), SmallData.digits(), 30, List.of("0", "1", "2"));
    Path network = folder.resolve("network.json");
    Files.writeString(
        network,
        """
        {"nodes": [{"layer": "conv2d", "filters": 2, "kernel": 3, "stride": 8},
          {"layer": "batch_norm2d"}, {"layer": "relu"}, {"layer": "flatten"},
          {"layer": "dense", "outputs": "classes"}]}
        """);
    run = folder.resolve("run");
    fovea(
            "train %s --loss sigmoid --model %s --epochs 2 --batch 9 --log-every 2 --validation 0.25 --early-stop 9 --ema 0.5 --keep-checkpoints 2 --out %s",
            pairs, network, run)
        .done();
    prediction = predict().done();
  }

  private static CommandRun predict() {
    Path pairs = folder.resolve("pairs");
    return fovea("predict %s %s/0.png %s/29.png --json", run, pairs, pairs);
  }

  /** Whether verify says anything but that all is equal. */
  private static boolean isNamed() {
    CommandRun verified = fovea("verify %s --all --json", run);
    assertThat(verified.err()).doesNotContain("internal error");
    return verified.exit() != 0
        || !verified.json().path("missing").isEmpty()
        || verified.json().has("trusted")
        || verified.json().has("fovea");
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(run)) {
      return all.filter(file -> file.toFile().length() > 0 && Files.isRegularFile(file))
          .sorted()
          .toList();
    }
  }

  @Tag("gate")
  @Test
  void verify_namesEveryEdit() throws IOException {
    assertThat(isNamed()).as("before").isFalse();
    Set<String> equal = new TreeSet<>();
    int count = 0;
    for (Path file : files()) {
      byte[] before = Files.readAllBytes(file);
      String name = run.relativize(file).toString();
      List<Edit> edits = new ArrayList<>(edits(name, before));
      Files.delete(file);
      if (!isNamed()) {
        equal.add(name);
      }
      for (Edit edit : edits) {
        Files.write(file, edit.bytes());
        if (!isNamed()) {
          equal.add(edit.field());
        }
      }
      count += edits.size() + 1;
      Files.write(file, before);
    }
    assertThat(count).isGreaterThan(1000);
    assertThat(equal).allMatch(field -> WITHOUT_EFFECT.keySet().stream().anyMatch(field::matches));
    assertThat(WITHOUT_EFFECT.keySet())
        .allMatch(pattern -> equal.stream().anyMatch(field -> field.matches(pattern)));
  }

  @Test
  void replay_ofSeveralLabels_writesTheModelWithItsThresholds() throws IOException {
    Path then = folder.resolve("then.safetensors");
    long last = Checkpoints.read(run.resolve(RunFolder.CHECKPOINT)).checkpoint().position().step();
    fovea("replay %s --step %s --out %s", run, last, then).done();
    assertThat(then).hasSameBinaryContentAs(run.resolve(RunFolder.MODEL));
  }

  /** An edit that all files agree on, and a run without its last epochs. */
  @Test
  void verify_editsThatAgree_andShortenedRuns_areNamed(@TempDir Path other) throws IOException {
    Path photos = SmallData.pictureFolder(other.resolve("photos"), 20);
    Path network = other.resolve("NETWORK.JSON");
    Files.writeString(
        network,
        """
        {"preprocessing": {"mean": [0, 0, 0], "deviation": [1, 1, 1], "background": "mixed", "framing": "crop"},
          "nodes": [{"layer": "flatten"}, {"layer": "dense", "outputs": "classes"}]}
        """);
    Path own = other.resolve("run");
    fovea(
            "train %s --model %s --normalize unit --epochs 3 --batch 9 --validation 0.25 --early-stop 9 --keep-checkpoints 1 --out %s",
            photos, network, own)
        .done();
    Path checkpoint = own.resolve(RunFolder.CHECKPOINT);
    byte[] end = Files.readAllBytes(checkpoint);
    List<Path> models = List.of(own.resolve(RunFolder.MODEL), own.resolve(RunFolder.BEST));
    try (Stream<Path> kept = Files.list(own.resolve("checkpoints"))) {
      Stream.concat(kept, Stream.concat(models.stream(), Stream.of(checkpoint)))
          .forEach(file -> replace(file, "crop", "stretch", "=CROP", "=STRETCH"));
    }
    assertThat(fovea("verify %s --all", own).lastError())
        .contains(
            "preprocessing pixel/255, and --normalize unit of config.json gives pixel/255, centre crop");
    Files.write(checkpoint, end);

    long steps = Checkpoints.read(checkpoint).checkpoint().position().step();
    long first = steps / 3;
    fovea("replay %s --step %s --out %s", own, first, models.getFirst()).done();
    Files.copy(models.getFirst(), models.getLast(), StandardCopyOption.REPLACE_EXISTING);
    Path kept = own.resolve("checkpoints/step-%d.safetensors".formatted(first));
    replace(kept, "stretch", "crop", "=STRETCH", "=CROP");
    Files.copy(kept, checkpoint, StandardCopyOption.REPLACE_EXISTING);
    new RunFolder(own).metrics().cutBackTo(first);
    assertThat(fovea("verify %s --all", own).out())
        .startsWith(
            "not equal after step %d: its line in metrics.jsonl: the run has none, "
                .formatted(2 * first));
    Files.delete(own.resolve(RunFolder.REPORT));
    assertThat(fovea("verify %s --all", own).done().out())
        .contains("the steps after %d of %d, since the run has not ended".formatted(first, steps));
  }

  /** Replaces texts in the header of a model file. */
  private static void replace(Path file, String... texts) {
    try {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      String other = text;
      for (int i = 0; i < texts.length; i += 2) {
        other = other.replace(texts[i], texts[i + 1]);
      }
      byte[] bytes = other.getBytes(StandardCharsets.ISO_8859_1);
      ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      header.putLong(0, header.getLong(0) + bytes.length - text.length());
      Files.write(file, bytes);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static List<Edit> edits(String name, byte[] file) throws IOException {
    if (name.equals(RunFolder.CONFIG)) {
      return members(Json.read(text(file))).entrySet().stream()
          .map(edit -> new Edit(name + edit.getKey(), bytes(edit.getValue().toString())))
          .toList();
    }
    if (name.endsWith(".jsonl")) {
      return lines(name, text(file));
    }
    if (name.endsWith(".safetensors")) {
      return tensors(name, file);
    }
    return List.of(
        new Edit(name, Arrays.copyOf(file, file.length / 2)),
        new Edit(name, Arrays.copyOf(file, file.length + 4)),
        new Edit(name, flipped(file, 8L * file.length - 1)));
  }

  private static List<Edit> lines(String name, String text) {
    List<Edit> edits = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int at = 0; at < lines.size(); at++) {
      String line = lines.get(at);
      String own = name + ": line " + (at + 1);
      Map<String, String> others = new TreeMap<>();
      others.put("", "");
      others.put(" twice", line + "\n" + line);
      members(Json.read(line)).forEach((key, value) -> others.put(key, value.toString()));
      for (Map.Entry<String, String> other : others.entrySet()) {
        List<String> changed = new ArrayList<>(lines);
        changed.set(at, other.getValue());
        edits.add(new Edit(own + other.getKey(), bytes(String.join("\n", changed) + "\n")));
      }
    }
    return edits;
  }

  private static List<Edit> tensors(String name, byte[] file) {
    List<Edit> edits = new ArrayList<>();
    int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    JsonNode header = Json.read(new String(file, 8, length, StandardCharsets.UTF_8));
    members(header)
        .forEach(
            (key, value) -> {
              byte[] text = bytes(value.toString());
              ByteBuffer other = ByteBuffer.allocate(file.length - length + text.length);
              other.order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).put(text);
              other.put(file, 8 + length, file.length - 8 - length);
              edits.add(new Edit(name + key, other.array()));
            });
    for (String tensor : header.propertyNames()) {
      long first = header.path(tensor).path("data_offsets").path(0).asLong(-1);
      if (first >= 0) {
        edits.add(
            new Edit(name + ": values of " + tensor, flipped(file, 8 * (8 + length + first))));
      }
    }
    return edits;
  }

  private static byte[] flipped(byte[] file, long bit) {
    byte[] other = file.clone();
    other[(int) (bit / 8)] ^= (byte) (1 << bit % 8);
    return other;
  }

  /** A value with each member removed, and with each other value of each leaf, by its path. */
  private static Map<String, JsonNode> members(JsonNode value) {
    Map<String, JsonNode> edits = new TreeMap<>();
    if (value instanceof ObjectNode object) {
      for (String name : object.propertyNames()) {
        JsonNode member = object.get(name);
        if (TrainFlags.TABLE.find(name).filter(f -> isSame(f, f.usual(), member)).isEmpty()) {
          ObjectNode without = object.deepCopy();
          without.remove(name);
          edits.put(" -" + name, without);
        }
        leaf(name, member)
            .forEach(
                (path, other) -> edits.put("." + name + path, object.deepCopy().set(name, other)));
      }
    } else if (value instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        int at = i;
        leaf("", list.get(i))
            .forEach(
                (path, other) -> {
                  ArrayNode changed = list.deepCopy();
                  changed.set(at, other);
                  edits.put("[" + at + "]" + path, changed);
                });
      }
    }
    return edits;
  }

  /** The other values of a member: of an object within, or of a text with one, those of its own. */
  private static Map<String, JsonNode> leaf(String name, JsonNode value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    Map<String, JsonNode> others = new TreeMap<>();
    if (value instanceof StringNode text) {
      if (text.stringValue().startsWith("{")) {
        members(Json.read(text.stringValue()))
            .forEach((path, other) -> others.put(path, nodes.stringNode(other.toString())));
      } else {
        words(name, text).forEach(other -> others.put("=" + other, nodes.stringNode(other)));
      }
    } else if (value.isNumber()) {
      others.put(
          "",
          value.isIntegralNumber()
              ? nodes.numberNode(value.asLong() + 1)
              : nodes.numberNode(value.asDouble() + 0.5));
    } else if (value.isBoolean()) {
      others.put("", nodes.booleanNode(!value.booleanValue()));
    } else {
      others.putAll(members(value));
    }
    return others;
  }

  /** Other texts: of a number the next one; of a flag the words of its help that it takes. */
  private static Set<String> words(String name, JsonNode value) {
    String text = value.stringValue();
    Set<String> words = new TreeSet<>(List.of(text + "x"));
    if (text.matches("\\d{1,9}")) {
      words.add(String.valueOf(Long.parseLong(text) + 1));
    }
    Optional<Flag<?>> flag = TrainFlags.TABLE.find(name);
    flag.ifPresent(
        own ->
            Stream.of((own.text() + " on off 0 1").split("[^\\w.:-]+"))
                .filter(word -> value(own, word).isPresent())
                .limit(4)
                .forEach(words::add));
    words.removeIf(word -> flag.filter(own -> isSame(own, word, value)).isPresent());
    return words;
  }

  private static boolean isSame(Flag<?> flag, String text, JsonNode value) {
    return value(flag, text).equals(value(flag, value.asString("")));
  }

  private static Optional<Object> value(Flag<?> flag, String text) {
    try {
      return Optional.of(flag.parse(text));
    } catch (RuntimeException refused) {
      return Optional.empty();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] file) {
    return new String(file, StandardCharsets.UTF_8);
  }

  @Tag("gate")
  @Test
  void verify_namesFlippedBits_orThePredictionIsTheSame() throws IOException {
    flip(3);
  }

  @Tag("slow")
  @Test
  void verify_names200FlippedBitsOfEachFile() throws IOException {
    flip(200);
  }

  private static void flip(int count) throws IOException {
    for (Path file : files()) {
      byte[] before = Files.readAllBytes(file);
      for (int n = 0; n < count; n++) {
        RandomKey key = RandomKey.of(n).with(file.getFileName().toString());
        long bit = (long) (key.uniform(0) * 8 * before.length);
        Files.write(file, flipped(before, bit));
        if (!isNamed()) {
          assertThat(predict()).as("bit %d of %s", bit, file).isEqualTo(prediction);
        }
      }
      Files.write(file, before);
    }
  }
}
