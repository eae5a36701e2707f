package io.fovea.data.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The decoder against libjpeg-turbo itself, by its programs cjpeg and djpeg (Debian:
 * libjpeg-turbo-progs): drawn pictures, of every kind that cjpeg writes, and photos of one's own.
 */
@Tag("slow")
class LibjpegTurboTest {
  private static final int DRAWN = 10_000;
  private static final int BATCH = 500;
  private static final String PHOTOS = "fovea.photos";

  private static final String[] SAMPLINGS = {
    "1x1", "2x1", "1x2", "2x2", "3x1", "4x1", "1x4", "4x2", "2x2,2x1,1x2", "1x1,2x2,2x2"
  };

  /** Draws a PPM: a slope with noise. */
  private static byte[] drawn(Random random) {
    int width = 1 + random.nextInt(150);
    int height = 1 + random.nextInt(150);
    int noise = 1 + random.nextInt(120);
    byte[] pixels = new byte[3 * width * height];
    for (int i = 0; i < pixels.length; i++) {
      int slope = (i / 3 % width * (1 + i % 3) + i / (3 * width) * (3 - i % 3)) % 256;
      pixels[i] = (byte) Math.min(255, slope + random.nextInt(noise));
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("P6 %d %d 255\n".formatted(width, height).getBytes(StandardCharsets.US_ASCII));
    file.writeBytes(pixels);
    return file.toByteArray();
  }

  private static String options(Random random) {
    String options = "-quality " + (1 + random.nextInt(100));
    options +=
        switch (random.nextInt(6)) {
          case 0 -> " -grayscale";
          case 1 -> " -rgb";
          default -> " -sample " + SAMPLINGS[random.nextInt(SAMPLINGS.length)];
        };
    options += random.nextInt(3) == 0 ? " -progressive" : "";
    options += random.nextBoolean() ? " -optimize" : "";
    return options + (random.nextInt(3) == 0 ? " -restart " + (1 + random.nextInt(9)) + "B" : "");
  }

  private static void shell(Path folder, List<String> commands) throws Exception {
    Path script = Files.write(folder.resolve("commands.sh"), commands);
    Process process = new ProcessBuilder("sh", "-e", script.toString()).inheritIO().start();
    assertThat(process.waitFor()).as("exit code of the commands").isZero();
  }

  /** Compares files at each scale with what djpeg writes. */
  private static void assertEqual(Path folder, List<Path> files) throws Exception {
    List<String> commands = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      for (int scale = 1; scale <= 8; scale *= 2) {
        Path out = folder.resolve(i + "." + scale);
        commands.add("djpeg -pnm -scale 1/%d -outfile %s '%s'".formatted(scale, out, files.get(i)));
      }
    }
    shell(folder, commands);
    for (int i = 0; i < files.size(); i++) {
      byte[] file = Files.readAllBytes(files.get(i));
      for (int scale = 1; scale <= 8; scale *= 2) {
        JpegDecoder.Picture picture = JpegDecoder.of(file).decode(scale);
        String kind = picture.channels() == 1 ? "P5" : "P6";
        String head = "%s\n%d %d\n255\n".formatted(kind, picture.width(), picture.height());
        byte[] theirs = Files.readAllBytes(folder.resolve(i + "." + scale));
        assertThat(new String(theirs, 0, head.length(), StandardCharsets.US_ASCII)).isEqualTo(head);
        assertThat(
                Arrays.mismatch(
                    Arrays.copyOfRange(theirs, head.length(), theirs.length), picture.pixels()))
            .as("first sample of %s at 1/%d that differs", files.get(i), scale)
            .isEqualTo(-1);
      }
    }
  }

  @Test
  void decode_drawnPictures_equalsDjpeg(@TempDir Path folder) throws Exception {
    assumeTrue(has("cjpeg") && has("djpeg"), "needs cjpeg and djpeg on the PATH");
    Random random = new Random(73);
    for (int drawn = 0; drawn < DRAWN; drawn += BATCH) {
      List<Path> files = new ArrayList<>();
      List<String> commands = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        Path picture = Files.write(folder.resolve(i + ".ppm"), drawn(random));
        files.add(folder.resolve(i + ".jpg"));
        commands.add("cjpeg %s -outfile %s %s".formatted(options(random), files.get(i), picture));
      }
      shell(folder, commands);
      assertEqual(folder, files);
    }
  }

  @Test
  void decode_photos_equalsDjpeg(@TempDir Path folder) throws Exception {
    String photos = System.getProperty(PHOTOS, "");
    assumeTrue(
        !photos.isEmpty() && has("djpeg"),
        "needs djpeg on the PATH and -D%s=FOLDER with JPEG files, got \"%s\""
            .formatted(PHOTOS, photos));
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of(photos))) {
      files = all.filter(file -> file.toString().matches("(?i).*\\.jpe?g")).sorted().toList();
    }
    for (int i = 0; i < files.size(); i += BATCH) {
      assertEqual(folder, files.subList(i, Math.min(files.size(), i + BATCH)));
    }
    assertThat(files).isNotEmpty();
  }

  private static boolean has(String program) throws IOException {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
