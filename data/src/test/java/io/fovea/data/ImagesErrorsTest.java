package io.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.base.DataException;
import io.fovea.dataset.Image;
import io.fovea.random.RandomKey;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImagesErrorsTest {
  @TempDir Path folder;

  private static void assertFails(byte[] bytes, String message) {
    assertThatThrownBy(() -> Images.read(bytes, "picture"))
        .isInstanceOf(DataException.class)
        .hasMessage(message);
  }

  @Test
  void read_missingFile_errorNamesTheFile() {
    Path file = folder.resolve("none.png");
    assertThatThrownBy(() -> Images.read(file))
        .isInstanceOf(DataException.class)
        .hasMessage("image " + file + ": cannot be read: there is no such file; check the path");
  }

  @Test
  void read_folder_errorNamesWhatIsExpected() {
    assertThatThrownBy(() -> Images.read(folder))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "image "
                + folder
                + ": expects a PNG, JPEG, BMP or GIF file, got a folder; name the files in it");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void read_device_isRefusedUnread() {
    assertThatThrownBy(() -> Images.read(Path.of("/dev/zero")))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "image /dev/zero: expects a PNG, JPEG, BMP or GIF file, got a device, which may never"
                + " end; name a file");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void read_pipe_givesThePictureOfItsOtherEnd() throws Exception {
    Path file = folder.resolve("grey.png");
    Images.write(Image.of(1, 1, 2, new byte[] {7, 9}), file);
    Path pipe = folder.resolve("pipe.png");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Process writer =
        new ProcessBuilder("sh", "-c", "cat \"$0\" >\"$1\"", file.toString(), pipe.toString())
            .start();
    assertThat(Images.read(pipe).pixels()).containsExactly(7, 9);
    assertThat(writer.waitFor()).isZero();
  }

  /** Of WBMP two zero bytes are enough for Java; its TIFF decoder is left out. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          68656c6c6f | one that begins with bytes 68 65 6c 6c; convert it
          '' | an empty file; convert it
          0000030301010101 | one that begins with bytes 00 00 03 03; convert it
          49492a00080000000000 | one that begins with bytes 49 49 2a 00; convert it
          52494646040000005745425056503820 | one that begins with bytes 52 49 46 46 (WebP); convert it, or put an ImageIO plug-in for it on the module path
          """)
  void read_otherFiles_areRefused(String hex, String got) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    String message = "image picture: expects a PNG, JPEG, BMP or GIF file, got " + got;
    assertFails(bytes, message);
    assertThatThrownBy(() -> Images.pixels(bytes, "picture"))
        .isInstanceOf(DataException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({"png, 5", "jpeg, 5", "bmp, 5", "gif, 13"})
  void read_truncated_isRefused(String format, int shortBy) throws IOException {
    byte[] whole = Pictures.encode(Pictures.noise(64, 64, BufferedImage.TYPE_INT_RGB), format);
    assertThat(Images.read(whole, "picture").width()).isEqualTo(64);
    for (int length : new int[] {whole.length - shortBy - 200, whole.length / 2, 60}) {
      assertThatThrownBy(() -> Images.read(Arrays.copyOf(whole, length), "picture"))
          .as("%s of %d bytes cut to %d", format, whole.length, length)
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith("image picture: cannot be decoded")
          .hasMessageEndingWith("; it is damaged or truncated, give a complete one");
    }
  }

  @Test
  void read_pngWithOneChangedByte_isRefused() throws IOException {
    byte[] whole = Pictures.encode(Pictures.noise(9, 9, BufferedImage.TYPE_BYTE_GRAY), "png");
    int height = 8 + 8 + 7; // the last byte of the height in IHDR
    for (int damage : new int[] {height, whole.length - 12 - 6}) {
      byte[] changed = whole.clone();
      changed[damage] ^= 1;
      assertThatThrownBy(() -> Images.read(changed, "picture"))
          .isInstanceOf(DataException.class)
          .hasMessageMatching(
              "image picture: cannot be decoded \\(the checksum of its chunk at byte \\d+ does not"
                  + " fit the content\\); it is damaged or truncated, give a complete one");
    }
  }

  @Test
  void read_pngWithoutEnd_isRefused() throws IOException {
    byte[] whole = Pictures.encode(Pictures.noise(9, 9, BufferedImage.TYPE_BYTE_GRAY), "png");
    for (int missing : new int[] {1, 12}) {
      assertFails(
          Arrays.copyOf(whole, whole.length - missing),
          "image picture: cannot be decoded (its last chunk IEND is missing); it is damaged or"
              + " truncated, give a complete one");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg"})
  void read_dataBehindTheEnd_isPassedOver(String format) throws IOException {
    byte[] whole = Pictures.encode(Pictures.noise(9, 9, BufferedImage.TYPE_BYTE_GRAY), format);
    byte[] longer = Arrays.copyOf(whole, whole.length + 100);
    assertThat(Images.read(longer, "picture").pixels())
        .isEqualTo(Images.read(whole, "picture").pixels());
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "bmp", "gif"})
  void read_damaged_decodesOrIsRefusedButNothingElse(String format) throws IOException {
    byte[] whole = Pictures.encode(Pictures.noise(24, 24, BufferedImage.TYPE_INT_RGB), format);
    for (int seed = 0; seed < 300; seed++) {
      RandomKey key = RandomKey.of(seed);
      byte[] damaged = whole.clone();
      for (int i = 0; i < 4; i++) {
        int range = i < 2 ? Math.min(64, damaged.length) : damaged.length;
        damaged[key.below(range, 2L * i)] = (byte) key.bits(2L * i + 1);
      }
      try {
        Images.read(damaged, "picture");
      } catch (DataException refused) {
        assertThat(refused).as("seed %d", seed).hasMessageStartingWith("image picture: ");
      }
    }
  }

  @Test
  void read_hugePicture_isRefusedBeforeDecoding() throws IOException {
    byte[] bomb =
        Pictures.png(
            Pictures.header(60_000, 50_000, 8, 2), Pictures.chunk("IDAT", new byte[] {1, 2, 3}));
    assertFails(
        bomb,
        "image picture: expects at most 64 million pixels, got 60000x50000; scale it down first");
  }

  @Test
  void read_hugeFile_isRefusedBeforeReading() throws IOException {
    Path file = folder.resolve("huge.png");
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.position(300_000_000L);
      channel.write(ByteBuffer.wrap(new byte[1]));
    }
    assertThatThrownBy(() -> Images.read(file))
        .hasMessage("image " + file + ": expects a file of at most 256 MB, got 300000001 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "bmp", "gif"})
  void pixels_anyFormat_needTheHeaderOnly(String format) throws IOException {
    byte[] whole = Pictures.encode(Pictures.noise(64, 50, BufferedImage.TYPE_INT_RGB), format);
    assertThat(Images.pixels(whole, "picture")).isEqualTo(3200);
    // Past any header and palette, in the middle of the pixels.
    assertThat(Images.pixels(Arrays.copyOf(whole, 1200), "picture")).isEqualTo(3200);
    assertThatThrownBy(() -> Images.pixels(Arrays.copyOf(whole, 9), "picture"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("image picture: cannot be decoded");
  }

  @Test
  void read_cmykJpeg_isItsColours() throws DataException {
    // An 8x8 JPEG of four components and Adobe's marker, all coefficients zero: 128 of each ink.
    // As Pillow converts it: white 128, less (255 - 128) x 128 / 255.
    Image image = Images.read(cmyk(), "picture");
    assertThat(image.channels()).isEqualTo(3);
    assertThat(image.pixels()).hasSize(8 * 8 * 3).containsOnly(64);
  }

  private static byte[] cmyk() {
    String adobe = "ffee000e" + "41646f6265" + "00640000000000";
    String quantisation = "ffdb004300" + "01".repeat(64);
    String frame = "ffc000140800080008" + "04" + "001100" + "011100" + "021100" + "031100";
    String oneCode = "01" + "00".repeat(15) + "00";
    String codes = "ffc4001400" + oneCode + "ffc4001410" + oneCode;
    String scan = "ffda000e04" + "0000010002000300" + "003f00" + "00";
    return HexFormat.of().parseHex("ffd8" + adobe + quantisation + frame + codes + scan + "ffd9");
  }

  @Test
  void write_folderThatIsAFile_errorNamesTheFile() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Image image = Image.of(1, 1, 1, new byte[1]);
    assertThatThrownBy(() -> Images.write(image, file.resolve("picture.png")))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("image " + file.resolve("picture.png") + ": cannot be written: ");
  }

  /** tRNS is not critical, but decides which pixels the background shows through. */
  @Test
  void read_pngWithAChangedTransparency_isRefused() throws IOException {
    byte[] grey = {0, (byte) 255};
    IndexColorModel palette = new IndexColorModel(1, 2, grey, grey, grey, 0);
    BufferedImage picture = new BufferedImage(9, 9, BufferedImage.TYPE_BYTE_BINARY, palette);
    byte[] whole = Pictures.encode(picture, "png");
    assertThat(Images.read(whole, "picture").width()).isEqualTo(9);
    int chunk = new String(whole, StandardCharsets.ISO_8859_1).indexOf("tRNS");
    assertThat(chunk).isPositive();
    byte[] changed = whole.clone();
    changed[chunk + 4] ^= 1;
    assertFails(
        changed,
        "image picture: cannot be decoded (the checksum of its chunk at byte "
            + (chunk - 4)
            + " does not fit the content); it is damaged or truncated, give a complete one");
  }
}
