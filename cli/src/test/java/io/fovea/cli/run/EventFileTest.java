package io.fovea.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TensorBoard's event files, read back by a reader of its own. */
class EventFileTest {
  @TempDir Path folder;

  private EventFile file() {
    return new EventFile(folder.resolve("events.out.tfevents.fovea"));
  }

  private static EventReader.Scalar scalar(long step, String tag, float value) {
    return new EventReader.Scalar(step, tag, value);
  }

  @Test
  void append_scalars_readBack() throws IOException {
    file().append(1.5, 1, Map.of("step/loss", 2.25));
    file().append(2.5, 300_000_000_000L, Map.of("loss/train", Double.NaN));
    List<EventReader.Scalar> scalars = EventReader.read(file().file());
    assertThat(scalars)
        .containsExactly(
            scalar(1, "step/loss", 2.25f), scalar(300_000_000_000L, "loss/train", Float.NaN));
  }

  /**
   * The first record that TensorFlow 2 writes, with wall time 0: its length is 24, whose masked CRC
   * is a3 7f 4b 22 in every event file there is.
   */
  @Test
  void append_beginning_isTensorFlows() throws IOException {
    file().append(0, 1, Map.of("a", 1.0));
    byte[] head = java.util.Arrays.copyOf(Files.readAllBytes(file().file()), 36);
    assertThat(HexFormat.of().formatHex(head))
        .isEqualTo(
            "1800000000000000a37f4b22" + "090000000000000000" + "1a0d627261696e2e4576656e743a32");
  }

  @Test
  void cutBackTo_aStep_dropsLaterRecordsAndTornEnds() throws IOException {
    for (long step : new long[] {1, 127, 128, 20_000, 20_001}) {
      file().append(1, step, Map.of("step/loss", (double) step));
    }
    byte[] all = Files.readAllBytes(file().file());
    Files.write(file().file(), new byte[] {41, 0, 0, 0, 0}, StandardOpenOption.APPEND);
    file().cutBackTo(20_000);
    assertThat(EventReader.read(file().file()))
        .extracting(EventReader.Scalar::step)
        .containsExactly(1L, 127L, 128L, 20_000L);
    file().append(1, 20_001, Map.of("step/loss", 20_001.0));
    assertThat(Files.readAllBytes(file().file())).isEqualTo(all);
  }

  @Test
  void cutBackTo_aDamagedRecord_keepsWhatIsBefore() throws IOException {
    file().append(1, 1, Map.of("step/loss", 1.0));
    int good = (int) Files.size(file().file());
    file().append(1, 2, Map.of("step/loss", 2.0));
    byte[] all = Files.readAllBytes(file().file());
    all[good + 15] ^= 1;
    Files.write(file().file(), all);
    file().cutBackTo(9);
    assertThat(Files.size(file().file())).isEqualTo(good);
  }

  @Test
  void cutBackTo_noFile_makesNone() throws IOException {
    file().cutBackTo(9);
    assertThat(file().file()).doesNotExist();
  }
}
