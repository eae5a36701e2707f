package io.fovea.format.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.fovea.format.FormatException;
import io.fovea.format.WeightsFile;
import io.fovea.format.content.FileContent;
import io.fovea.format.tensors.RawFile;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of PyTorch with random damage. Anywhere in the file: reading throws {@link FormatException}
 * or gives the sound file's values. In the pickle, with checksums repaired: it throws that or
 * returns, since such a file is another one. Either way it allocates no more than a fixed number of
 * bytes.
 */
class TorchFuzzTest {
  private static final List<String> FILES = List.of("small.pth", "views.pth", "checkpoint.pth");

  /** The largest file has 9 kB; 211 kB were seen, 64 kB of them for the end of the zip file. */
  private static final long MOST_ALLOCATED = 1 << 19;

  /** What a hostile writer would try: opcodes, names and numbers of a pickle. */
  private static final List<byte[]> POISONS = poisons();

  @TempDir Path folder;

  private static List<byte[]> poisons() {
    List<byte[]> poisons = new ArrayList<>();
    for (char opcode : "().NKMJGX}]taesuqrhjcQRbI0125L".toCharArray()) {
      poisons.add(RawTorch.ascii(String.valueOf(opcode)));
    }
    for (int opcode : new int[] {0x80, 0x81, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x93}) {
      poisons.add(new byte[] {(byte) opcode});
    }
    for (String global :
        List.of(
            "builtins\neval\n",
            "torch\nSize\n",
            "torch\nHalfStorage\n",
            "os\nsystem\n",
            "torch._utils\n_rebuild_parameter\n",
            "torch.storage\nUntypedStorage\n")) {
      poisons.add(RawTorch.ascii("c" + global));
    }
    for (long number : new long[] {-1, 0, 1, 1 << 20, Integer.MAX_VALUE, Long.MAX_VALUE}) {
      poisons.add(RawFile.join(new byte[] {(byte) 0x8a, 8}, RawFile.longs(number)));
      poisons.add(RawFile.join(new byte[] {'J'}, Arrays.copyOf(RawFile.longs(number), 4)));
    }
    poisons.add(new byte[] {'X', -1, -1, -1, 0x7f});
    poisons.add(new byte[] {'h', 0, 'h', 0, 'R'});
    return List.copyOf(poisons);
  }

  @Test
  void read_twoThousandDamagedFiles_areRefusedOrRight() throws IOException {
    damageAnywhere(1, 1000);
    damagePickles(2, 1000);
  }

  @Test
  @Tag("gate")
  void read_fiftyThousandDamagedFiles_areRefusedOrRight() throws IOException {
    damageAnywhere(3, 25_000);
    damagePickles(4, 25_000);
  }

  private void damageAnywhere(long seed, int count) throws IOException {
    Random random = new Random(seed);
    List<byte[]> sound = new ArrayList<>();
    List<WeightsFile> expected = new ArrayList<>();
    for (String name : FILES) {
      sound.add(Files.readAllBytes(TorchFileTest.resource(name)));
      expected.add(WeightsFile.read(TorchFileTest.resource(name)));
    }
    int returned = 0;
    for (int i = 0; i < count; i++) {
      int which = i % FILES.size();
      returned += read(damaged(sound.get(which), random), expected.get(which), seed, i);
    }
    assertThat(returned).as("some damage hits padding").isBetween(count / 100, count - count / 4);
  }

  private void damagePickles(long seed, int count) throws IOException {
    Random random = new Random(seed);
    List<Map<String, byte[]>> sound = new ArrayList<>();
    for (String name : FILES) {
      sound.add(entries(TorchFileTest.resource(name)));
    }
    int returned = 0;
    for (int i = 0; i < count; i++) {
      Map<String, byte[]> entries = new LinkedHashMap<>(sound.get(i % FILES.size()));
      entries.replaceAll(
          (name, content) -> name.endsWith("/data.pkl") ? poisoned(content, random) : content);
      returned += read(RawTorch.zip(entries), null, seed, i);
    }
    assertThat(returned).as("some damage is harmless").isBetween(count / 100, count - count / 4);
  }

  /** 1 if the file is read. */
  private int read(byte[] bytes, @Nullable WeightsFile expected, long seed, int number)
      throws IOException {
    Path file = Files.write(folder.resolve("fuzz.pth"), bytes);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      WeightsFile read = WeightsFile.read(file);
      assertAllocated(file, threads.getCurrentThreadAllocatedBytes() - before, seed, number);
      for (String name : read.names()) {
        assertThat(read.values(name)).isNotNull();
      }
      if (expected != null) {
        assertThat(read.names()).isEqualTo(expected.names());
        for (String name : expected.names()) {
          assertThat(read.shape(name)).isEqualTo(expected.shape(name));
          assertThat(read.values(name)).isEqualTo(expected.values(name));
        }
      }
      return 1;
    } catch (FormatException refused) {
      assertAllocated(file, threads.getCurrentThreadAllocatedBytes() - before, seed, number);
      assertThat(refused).hasMessageMatching("fuzz[.]pth: read: .+"); // one line
      return 0;
    } catch (RuntimeException | Error other) {
      Path kept = Files.write(Files.createTempFile("fuzz", ".pth"), bytes);
      return fail("seed %d, file %d (kept as %s)".formatted(seed, number, kept), other);
    }
  }

  /** What no longer begins as a zip file is read as safetensors, whose parser loads classes. */
  private static void assertAllocated(Path file, long bytes, long seed, int number) {
    FileContent content = FileContent.of(file);
    boolean isTorch = content == FileContent.TORCH || content == FileContent.ZIP;
    assertThat(isTorch ? bytes : 0).as("seed %d, file %d", seed, number).isLessThan(MOST_ALLOCATED);
  }

  private static byte[] damaged(byte[] sound, Random random) {
    byte[] bytes = sound.clone();
    for (int n = 1 + random.nextInt(3); n > 0 && bytes.length > 16; n--) {
      // the directory at the end, or anywhere
      int from = random.nextInt(3) == 0 ? Math.max(0, bytes.length - 1000) : 0;
      int at = from + random.nextInt(bytes.length - from);
      int length = Math.min(1 + random.nextInt(16), bytes.length - at);
      switch (random.nextInt(8)) {
        case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = (byte) random.nextInt(256);
        case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        case 4 -> Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0 : -1));
        case 5 ->
            System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), bytes, at, length);
        case 6 ->
            bytes =
                RawFile.join(
                    Arrays.copyOf(bytes, at),
                    new byte[length],
                    Arrays.copyOfRange(bytes, at, bytes.length));
        default ->
            bytes =
                RawFile.join(
                    Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + length, bytes.length));
      }
    }
    return bytes;
  }

  private static byte[] poisoned(byte[] pickle, Random random) {
    byte[] bytes = pickle;
    for (int n = 1 + random.nextInt(2); n > 0; n--) {
      int at = random.nextInt(bytes.length);
      if (random.nextBoolean()) { // in place: keeps the machine in step
        bytes = bytes.clone();
        bytes[at] = random.nextBoolean() ? (byte) random.nextInt(256) : (byte) (bytes[at] + 1);
        continue;
      }
      byte[] poison = POISONS.get(random.nextInt(POISONS.size()));
      int end = Math.min(bytes.length, at + random.nextInt(poison.length + 2));
      bytes =
          RawFile.join(
              Arrays.copyOf(bytes, at), poison, Arrays.copyOfRange(bytes, end, bytes.length));
    }
    return bytes;
  }

  private static Map<String, byte[]> entries(Path file) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
        try (InputStream in = zip.getInputStream(entry)) {
          entries.put(entry.getName(), in.readAllBytes());
        }
      }
    }
    return entries;
  }
}
