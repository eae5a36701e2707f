package io.fovea.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.FoveaProcess;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Large photos, a small heap and many processors; PNG files, which are read in full size. */
@Isolated
@Tag("gate")
class SmallHeapTest {
  @TempDir Path folder;

  /** Sixteen decoders would take 16 times 55 MB. */
  @Test
  void dataShow_photosLargerThanTheHeapTogether_areAllRead() throws Exception {
    photos(3000, 2000, 20);
    String said = show("256m");
    assertThat(said).doesNotContain("out of memory", "skipped");
    assertThat(folder.resolve("sheet.png")).exists();
  }

  /** Not even one fits: the run ends, and no photo is called broken. */
  @Test
  void dataShow_heapSmallerThanAPhoto_errorNamesTheCure() throws Exception {
    photos(6000, 4000, 2);
    assertThat(show("96m"))
        .contains("out of memory: the heap has at most ", "FOVEA_JAVA_OPTS=-Xmx8g")
        .doesNotContain("skipped", "cannot be used");
  }

  /** Two class folders with {@code ofEach} photos each. */
  private void photos(int width, int height, int ofEach) throws IOException {
    BufferedImage black = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Path photo = folder.resolve("photo.png");
    ImageIO.write(black, "png", photo.toFile());
    for (String label : List.of("a", "b")) {
      Path own = Files.createDirectories(folder.resolve("set").resolve(label));
      for (int i = 0; i < ofEach; i++) {
        Files.copy(photo, own.resolve(i + ".png"));
      }
    }
  }

  private String show(String heap) throws IOException, InterruptedException {
    List<String> options =
        List.of("-Xmx" + heap, "-Djava.util.concurrent.ForkJoinPool.common.parallelism=16");
    List<String> arguments =
        CommandRun.words(
            "data show %s --image-size 32x32 --skip-broken --out %s",
            folder.resolve("set"), folder.resolve("sheet.png"));
    Process process =
        new ProcessBuilder(FoveaProcess.command(options, arguments))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return Files.readString(folder.resolve("log"));
  }
}
