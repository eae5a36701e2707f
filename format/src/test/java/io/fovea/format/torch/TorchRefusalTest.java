package io.fovea.format.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.format.FormatException;
import io.fovea.format.WeightsFile;
import io.fovea.format.tensors.RawFile;
import io.fovea.format.torch.RawTorch.Pickle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of torch.save that are hostile, damaged or of another kind, and what is said of them. */
class TorchRefusalTest {
  private static final String DAMAGED = "; the file is damaged, fetch or save it again";
  private static final String CURE =
      "; save only the tensors, torch.save(model.state_dict(), FILE)";
  private static final long[] TWO = {2};
  private static final long[] ONE = {1};

  @TempDir Path folder;

  private WeightsFile read(byte[] bytes) throws IOException {
    return WeightsFile.read(Files.write(folder.resolve("x.pth"), bytes));
  }

  private void refuses(byte[] bytes, String message) {
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(FormatException.class)
        .hasMessage("x.pth: read: " + message);
  }

  private void refusesPickle(Pickle pickle, String message) {
    refuses(RawTorch.file(pickle.end(), RawFile.floats(1, 2)), "data.pkl: " + message);
  }

  private static Pickle open() {
    return new Pickle().dict().op('(').text("x");
  }

  private static byte[] sound() {
    return RawTorch.file(
        open().tensor("FloatStorage", 0, 2, 0, TWO, ONE).op('u').end(), RawFile.floats(1, 2));
  }

  private static Map<String, byte[]> entries() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a/data.pkl", open().tensor("FloatStorage", 0, 2, 0, TWO, ONE).op('u').end());
    entries.put("a/version", RawTorch.ascii("3\n"));
    entries.put("a/data/0", RawFile.floats(1, 2));
    return entries;
  }

  private static byte[] with(String name, String content) {
    Map<String, byte[]> entries = entries();
    entries.put(name, RawTorch.ascii(content));
    return RawTorch.zip(entries);
  }

  @Test
  void read_soundFile_isRead() throws IOException {
    assertThat(read(sound()).values("x")).containsExactly(1, 2);
    assertThat(read(with("a/byteorder", "little")).values("x")).containsExactly(1, 2);
    assertThat(read(with("other.txt", "anything")).values("x")).containsExactly(1, 2);
  }

  @Test
  void read_bigEndian_isRead() throws IOException {
    Map<String, byte[]> entries = entries();
    entries.put("a/byteorder", RawTorch.ascii("big"));
    entries.put("a/data/0", new byte[] {0x3f, (byte) 0x80, 0, 0, (byte) 0xc0, 0x20, 0, 0});

    assertThat(read(RawTorch.zip(entries)).values("x")).containsExactly(1, -2.5f);
  }

  @ParameterizedTest
  @CsvSource({
    "os, system, os.system",
    "builtins, eval, builtins.eval",
    "torch, load, torch.load",
    "torch.hub, load, torch.hub.load",
    "numpy.core.multiarray, scalar, numpy.core.multiarray.scalar"
  })
  void read_anyOtherName_isRefused(String module, String name, String both) {
    refusesPickle(
        new Pickle().global(module, name).text("rm -rf /").raw(0x85).op('R'),
        "names " + both + " of Python, which is not read: files are data, never code" + CURE);
  }

  /** INST, OBJ, NEWOBJ, STACK_GLOBAL, EXT1, REDUCE's relatives and the text opcodes. */
  @ParameterizedTest
  @CsvSource({
    "0x69", "0x6f", "0x81", "0x93", "0x82", "0x95", "0x94", "0x8c", "0x53", "0x56", "0x49", "0x4c",
    "0x46", "0x50", "0x30", "0x31", "0x32", "0x6c", "0x64", "0x70", "0x67", "0x8b", "0x96", "0xff"
  })
  void read_anyOtherOpcode_isRefused(String opcode) {
    refusesPickle(
        new Pickle().raw(Integer.decode(opcode)),
        "has the opcode " + opcode + " at byte 2, which a file of tensors does not need" + CURE);
  }

  @Test
  void read_malformedPickle_isRefused() {
    refusesPickle(new Pickle(), "does not end with one value" + DAMAGED);
    refusesPickle(new Pickle().op('N').op('N'), "does not end with one value" + DAMAGED);
    refusesPickle(new Pickle().op('t'), "closes a container that was never opened" + DAMAGED);
    refusesPickle(
        new Pickle().op('N').op('(').op('s'), "takes 2 values where there are 0" + DAMAGED);
    refusesPickle(new Pickle().op('Q'), "takes a value where there is none" + DAMAGED);
    refusesPickle(
        new Pickle().op('N').op('N').op('a'), "fills something that is not a list" + DAMAGED);
    refusesPickle(
        new Pickle().op('N').op('N').op('b'), "fills something that is not a dict" + DAMAGED);
    refusesPickle(new Pickle().raw('h', 7), "takes value 7 of its memo, which has none" + DAMAGED);
    refusesPickle(
        new Pickle().op('N').op(')').op('R'), "calls something that is not a name" + DAMAGED);
    refusesPickle(
        new Pickle().global("torch", "FloatStorage").op(')').op('R'),
        "calls the type of a storage" + DAMAGED);
    refusesPickle(
        new Pickle().global("collections", "OrderedDict").op('N').raw(0x85).op('R'),
        "makes an OrderedDict of arguments" + DAMAGED);
    refusesPickle(
        new Pickle().global("torch", "Size").op('N').raw(0x85).op('R'),
        "has a torch.Size of what is no tuple" + DAMAGED);
    refusesPickle(
        new Pickle().op('}').op('(').op('N').op('u'), "has a key without a value" + DAMAGED);
    refusesPickle(
        new Pickle().op('}').op(')').op('N').op('s'),
        "has a key that is neither a text nor a number" + DAMAGED);
    refusesPickle(
        new Pickle().op('}').text("k").op('N').op('s').text("k").op('N').op('s'),
        "has the key \"k\" twice" + DAMAGED);
    refusesPickle(
        new Pickle().raw('X', 0xff, 0xff, 0xff, 0x7f),
        "should have a text of 2147483647 bytes, but only 1 follow" + DAMAGED);
    refusesPickle(
        new Pickle().text("x").op('Q'),
        "refers to something that is not a storage of tensors" + DAMAGED);
    refusesPickle(
        new Pickle().global("n".repeat(201), "x"), "has a name of more than 200 letters" + DAMAGED);
    refuses(RawTorch.file(new byte[] {(byte) 0x80, 2, 'J', 1}), "data.pkl: ends early" + DAMAGED);
    refuses(RawTorch.file(new byte[0]), "data.pkl: ends early" + DAMAGED);
  }

  @Test
  void read_tooManyValuesOrMarks_isRefused() {
    Pickle deep = new Pickle();
    Pickle many = new Pickle().op('(');
    Pickle memo = new Pickle().op('N');
    for (int i = 0; i < 101; i++) {
      deep.op('(');
    }
    for (int i = 0; i < 1 << 20; i++) {
      many.op('}');
      memo.raw('r', i & 0xff, i >> 8 & 0xff, i >> 16, 0);
    }
    refusesPickle(deep, "has more than 100 containers within one another" + DAMAGED);
    refusesPickle(many, "has more than 524288 values" + CURE);
    refusesPickle(memo, "has more than 524288 values" + CURE);
    refuses(
        RawTorch.file(new byte[(1 << 24) + 1]),
        "\"a/data.pkl\" may have at most 16777216 bytes, got 16777217; save fewer tensors in a file");
  }

  /** A dict within itself is neither walked through nor printed. */
  @Test
  void read_dictWithinItself_isRefused() {
    refusesPickleAsWhole(
        new Pickle().op('}').raw('q', 0).text("self").raw('h', 0).op('s'),
        "holds no tensors, neither itself nor one level deeper; it has the keys \"self\"" + CURE);
  }

  private void refusesPickleAsWhole(Pickle pickle, String message) {
    refuses(RawTorch.file(pickle.end(), RawFile.floats(1, 2)), message);
  }

  @Test
  void read_noDictOfTensors_isRefused() {
    refusesPickleAsWhole(
        new Pickle().op('N'),
        "holds no dict of tensors; save the tensors by name, torch.save(model.state_dict(), FILE)");
    refusesPickleAsWhole(
        new Pickle().op('}'),
        "holds no tensors, neither itself nor one level deeper; it has the keys of an empty dict"
            + CURE);
    refusesPickleAsWhole(
        open()
            .tensor("FloatStorage", 0, 2, 0, TWO, ONE)
            .text("more")
            .op('}')
            .text("y")
            .tensor("FloatStorage", 0, 2, 0, TWO, ONE)
            .op('s')
            .op('u'),
        "holds more than one dict of tensors, tensors of its own and under \"more\"; save only one of them, torch.save(torch.load(FILE)[KEY], NEW)");
  }

  private void refusesTensor(
      long elements, long offset, long[] sizes, long[] strides, String message) {
    refusesPickle(
        open().tensor("FloatStorage", 0, elements, offset, sizes, strides).op('u'), message);
  }

  @Test
  void read_tensorOutsideOfItsStorage_isRefused() {
    refusesTensor(
        2, 1, TWO, ONE, "has a tensor that ends at element 3 of a storage of 2" + DAMAGED);
    refusesTensor(
        2, 0, TWO, TWO, "has a tensor that ends at element 3 of a storage of 2" + DAMAGED);
    refusesTensor(
        2, -1, ONE, ONE, "has a tensor that ends at element 0 of a storage of 2" + DAMAGED);
    refusesTensor(
        2,
        0,
        TWO,
        new long[] {-1},
        "has a tensor whose sizes and strides are not numbers from 0 up" + DAMAGED);
    refusesTensor(2, 0, TWO, new long[0], "has a tensor of 1 sizes and 0 strides" + DAMAGED);
    refusesTensor(
        2,
        0,
        new long[] {Long.MAX_VALUE, 4},
        new long[] {0, 0},
        "has a tensor larger than any file can be" + DAMAGED);
    refusesTensor(
        2,
        0,
        TWO,
        new long[] {Long.MAX_VALUE},
        "has a tensor larger than any file can be" + DAMAGED);
    refusesTensor(
        2,
        0,
        new long[] {1 << 30},
        new long[] {0},
        "has a tensor of 1073741824 elements on a storage of 2, an expanded one; save tensor.clone() instead");
    refusesTensor(
        2, 0, new long[65], new long[65], "has a tensor of more than 64 dimensions" + DAMAGED);
    refusesTensor(
        -1, 0, ONE, ONE, "refers to something that is not a storage of tensors" + DAMAGED);
  }

  @Test
  void read_storageOfAnotherSize_isRefused() {
    refuses(
        RawTorch.file(
            open().tensor("FloatStorage", 0, 1L << 40, 0, new long[] {1L << 40}, ONE).op('u').end(),
            RawFile.floats(1, 2)),
        "tensor \"x\" needs a storage of 1099511627776 elements of F32, got 8 bytes" + DAMAGED);
    refuses(
        RawTorch.file(open().tensor("FloatStorage", "../0", 2, 0, TWO, ONE).op('u').end()),
        "has no entry \"data/../0\"" + DAMAGED);
  }

  /** Three tensors of two thirds of the storage each: more floats than the file has. */
  @Test
  void read_overlappingTensors_isRefused() {
    refusesShared(3, 3000, 2000, 1, "24000 bytes of values", "0 bytes with");
  }

  /** A hundred pairs of values, each spread over the whole storage: 8 MB to read for 800 bytes. */
  @Test
  void read_tensorsSpreadOverTheFile_isRefused() {
    refusesShared(100, 20100, 2, 20000, "800 bytes of values", "8000400 bytes with");
  }

  private void refusesShared(
      int tensors, int elements, long size, long stride, String values, String spread) {
    Pickle pickle = new Pickle().dict().op('(');
    for (int i = 0; i < tensors; i++) {
      pickle.text("t" + i);
      pickle.tensor("FloatStorage", 0, elements, i, new long[] {size}, new long[] {stride});
    }
    byte[] file = RawTorch.file(pickle.op('u').end(), new byte[4 * elements]);
    refuses(
        file,
        "has tensors that share a storage: %s, expected at most %d, the file's size, and %s those between the values, expected at most %d; save clones of them, {name: tensor.clone() ...}"
            .formatted(values, file.length, spread, 16 * file.length));
  }

  @Test
  void read_otherNotes_isRefused() {
    refuses(
        with("a/version", "11"),
        "has the container version \"11\", expected at most 10; save it again with PyTorch 2");
    refuses(
        with("a/version", "three"),
        "has the container version \"three\", expected at most 10; save it again with PyTorch 2");
    refuses(
        with("a/byteorder", "middle"),
        "has the byte order \"middle\", expected little or big" + DAMAGED);
    refuses(
        with("b/data.pkl", ""),
        "a file of torch.save has one data.pkl, this zip file has 2; give a state dict that torch.save has written");
    Map<String, byte[]> entries = entries();
    entries.remove("a/version");
    refuses(RawTorch.zip(entries), "has no entry \"version\"" + DAMAGED);
    refuses(
        RawTorch.zip(Map.of("word/document.xml", RawTorch.ascii("<a/>"))),
        "a file of torch.save has one data.pkl, this zip file has 0; give a state dict that torch.save has written");
  }

  @Test
  void read_compressedEntry_isRefused() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("a/data.pkl"));
      zip.write(new byte[10_000_000]);
    }
    refuses(
        out.toByteArray(),
        "entry \"a/data.pkl\" is compressed (method 8), expected stored content, as torch.save writes it; save the file again with torch.save");
  }

  private static int find(byte[] bytes, String text, int from) {
    byte[] wanted = RawTorch.ascii(text);
    for (int i = from; ; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
  }

  /** The last record of a directory, which is that of data/0. */
  private static int central(byte[] bytes) {
    return find(bytes, "a/data/0", find(bytes, "PK\1\2", 0)) - 46;
  }

  private void refusesDamage(int from, int value, String message) {
    byte[] bytes = sound();
    bytes[central(bytes) + from] = (byte) value;
    refuses(bytes, message);
  }

  @Test
  void read_damagedDirectory_isRefused() {
    String unsound = "has no sound zip directory: invalid CEN header ";
    refusesDamage(8, 9, unsound + "(encrypted entry)" + DAMAGED);
    refusesDamage(0, 0, unsound + "(bad signature)" + DAMAGED);
    refusesDamage(29, 0x7f, unsound + "(bad header size)" + DAMAGED);
    String outside = "entry \"a/data/0\" lies outside of the file, or shares bytes with another";
    refusesDamage(23, 0x7f, outside + DAMAGED);
    refusesDamage(27, 0x7f, outside + DAMAGED);
    String misplaced = "entry \"a/data/0\" is not where the directory says it is";
    refusesDamage(42, 1, misplaced + DAMAGED);
    refusesDamage(45, 1, misplaced + DAMAGED);
    byte[] twice = sound();
    int at = find(twice, "a/version", find(twice, "PK\1\2", 0));
    System.arraycopy(RawTorch.ascii("a/data/0"), 0, twice, at, 8);
    twice[at - 46 + 28] = 8;
    twice[at - 46 + 30] = 1; // the ninth letter is an extra field now
    refuses(twice, "entry \"a/data/0\" is there twice" + DAMAGED);
  }

  @Test
  void read_damagedContent_isRefused() {
    byte[] bytes = sound();
    int value = find(bytes, "PK\7\10", find(bytes, "a/data/0", 0)) - 1;
    bytes[value] ^= 1;
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(FormatException.class)
        .hasMessageMatching(
            "x.pth: read: entry \"a/data/0\" has the checksum [0-9a-f]{8}, expected [0-9a-f]{8}"
                + DAMAGED);
  }

  @Test
  void read_everyPrefix_isRefused() {
    byte[] bytes = sound();
    for (int length = 4; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(FormatException.class);
    }
    refuses(
        Arrays.copyOf(bytes, bytes.length - 1),
        "has no sound zip directory: zip END header not found" + DAMAGED);
  }

  @Test
  void read_tarFile_isRefusedAsLegacy() {
    byte[] tar = new byte[1024];
    System.arraycopy(RawTorch.ascii("ustar"), 0, tar, 257, 5);
    refuses(
        tar,
        "is a file of PyTorch before 1.6, or one saved without zip; load it in a current PyTorch and save it again, torch.save(state_dict, FILE)");
  }
}
