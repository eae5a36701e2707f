package io.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.base.DataException;
import io.fovea.data.base.PixelDataset;
import io.fovea.data.show.SampleSheet;
import io.fovea.dataset.Framing;
import io.fovea.tensor.Shape;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Java without the module java.desktop, such as a small image: PNG and JPEG are read. */
class WithoutDesktopTest {
  @TempDir Path folder;

  /** Prints the first number of PNG and JPEG files, and what is said of others. */
  static final class Program {
    public static void main(String[] files) throws Exception {
      for (String file : files) {
        try {
          System.out.println(Images.read(Path.of(file)).get(0, 3, 3));
        } catch (DataException refused) {
          System.out.println(String.valueOf(refused.getMessage()).replace(file, "FILE"));
        }
      }
      byte[][] pixels = {new byte[64]};
      try {
        SampleSheet.draw(
            new PixelDataset(
                "grey", Shape.of(1, 8, 8), List.of("a"), pixels, new int[1], null, Framing.CROP),
            1,
            1,
            1);
      } catch (DataException refused) {
        System.out.println(refused.getMessage());
      }
    }
  }

  @Test
  void read_pngAndJpeg_isTheSame_andOtherFormatsAreRefusedByName() throws Exception {
    for (String format : List.of("png", "jpeg", "gif")) {
      int[] grey = new int[64];
      Arrays.fill(grey, 100);
      Pictures.write(folder.resolve("a." + format), Pictures.grey(8, grey), format);
    }
    String path =
        Path.of(Images.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            + File.pathSeparator
            + Path.of(Shape.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            + File.pathSeparator
            + Path.of("target/test-classes");
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--limit-modules",
                "java.net.http,jdk.incubator.vector,jdk.management",
                "-cp",
                path,
                Program.class.getName(),
                folder.resolve("a.png").toString(),
                folder.resolve("a.jpeg").toString(),
                folder.resolve("a.gif").toString())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines())
        .filteredOn(line -> !line.startsWith("Picked up ")) // JAVA_TOOL_OPTIONS, by Java itself
        .containsExactly(
            "100",
            "100",
            "image FILE: expects a PNG or JPEG file, got one that begins with bytes 47 49 46 38; other formats are decoded by the module java.desktop, which this Java lacks: take a Java with it (jlink --add-modules java.desktop), or convert the file",
            "sample sheet: its text is drawn by the module java.desktop, which this Java lacks; take a Java with it (jlink --add-modules java.desktop)");
  }
}
