package io.fovea.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.fovea.format.tensors.RawFile;
import io.fovea.network.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files with random damage: reading returns or throws {@link FormatException}, nothing else. */
class FuzzTest {
  private static final int FILES = 1000;

  /** What a hostile writer would try: placed at random into the header. */
  private static final List<String> POISONS =
      List.of(
          "{~}~[~]~,~:~\"~\\\"~-1~0~1e999~2147483647~32767~9223372036854775807~99999999999999999999~null~true~\\u0000~[[[[[[~\"classes\"~\"input\"~F64~I64~concat~add~flatten~__metadata__~ "
              .split("~", -1));

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 77})
  void load_randomDamage_returnsOrThrowsFormatException(long seed) throws IOException {
    Path file = folder.resolve("fuzz.safetensors");
    Checkpoints.write(ExampleRuns.checkpoint(), ExampleRuns.network(), file);
    byte[] sound = Files.readAllBytes(file);
    Random random = new Random(seed);
    int returned = 0;
    for (int i = 0; i < FILES; i++) {
      byte[] damaged = damaged(sound, random);
      Files.write(file, damaged);
      try {
        Network network = Checkpoints.read(file).network();
        assertThat(network.graph().nodes()).isNotEmpty();
        returned++;
      } catch (FormatException expected) {
        assertThat(expected).hasMessageMatching("fuzz[.]safetensors: read: .+"); // one line
      } catch (RuntimeException | Error other) {
        Path kept = Files.write(Files.createTempFile("fuzz", ".safetensors"), damaged);
        fail("seed %d, file %d (kept as %s)".formatted(seed, i, kept), other);
      }
    }
    assertThat(returned).as("some damage hits values alone").isPositive();
  }

  private static byte[] damaged(byte[] sound, Random random) {
    byte[] bytes = sound.clone();
    int header = 8 + (int) RawFile.little(sound).getLong(0);
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      int at = random.nextInt(random.nextBoolean() ? bytes.length : Math.min(header, bytes.length));
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        default -> bytes = poisoned(bytes, header, random);
      }
    }
    return bytes;
  }

  /** Replaces or inserts a token in the header, keeping the header's length right. */
  private static byte[] poisoned(byte[] bytes, int header, Random random) {
    if (bytes.length <= header) {
      return bytes;
    }
    byte[] poison = POISONS.get(random.nextInt(POISONS.size())).getBytes(StandardCharsets.UTF_8);
    int at = 8 + random.nextInt(header - 8);
    int dropped = Math.min(header - at, random.nextInt(poison.length + 2));
    byte[] text =
        RawFile.join(
            Arrays.copyOfRange(bytes, 8, at),
            poison,
            Arrays.copyOfRange(bytes, at + dropped, header));
    return RawFile.bytes(text.length, text, Arrays.copyOfRange(bytes, header, bytes.length));
  }

  @ParameterizedTest
  @ValueSource(longs = {5})
  void parse_randomDamage_returnsOrThrowsFormatException(long seed) {
    String sound = NetworkDescription.json(ExampleRuns.network());
    Random random = new Random(seed);
    for (int i = 0; i < FILES; i++) {
      StringBuilder text = new StringBuilder(sound);
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        int at = random.nextInt(text.length());
        String poison = POISONS.get(random.nextInt(POISONS.size()));
        text.replace(at, Math.min(text.length(), at + random.nextInt(poison.length() + 2)), poison);
      }
      try {
        NetworkDescription description = NetworkDescription.parse(text.toString());
        assertThat(description.graph(ExampleRuns.network().graph().input(), 3).nodes())
            .isNotEmpty();
      } catch (FormatException expected) {
        assertThat(expected).hasMessageMatching("network: .+");
      } catch (RuntimeException | Error other) {
        fail("seed %d, text %s".formatted(seed, text), other);
      }
    }
  }
}
