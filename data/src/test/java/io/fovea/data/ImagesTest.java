package io.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.base.DataException;
import io.fovea.data.picture.Orientation;
import io.fovea.data.picture.Pixels;
import io.fovea.dataset.Image;
import java.awt.Color;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImagesTest {
  @TempDir Path folder;

  private static int[] values(Image image) {
    byte[] bytes = image.pixels();
    return IntStream.range(0, bytes.length).map(i -> bytes[i] & 0xff).toArray();
  }

  private static Image read(BufferedImage picture, String format) throws IOException {
    return Images.read(Pictures.encode(picture, format), "picture");
  }

  @Test
  void read_greyPng_keepsEveryValueExactly() throws IOException {
    int[] all = IntStream.range(0, 256).toArray();
    Image image = read(Pictures.grey(16, all), "png");
    assertThat(image.channels()).isEqualTo(1);
    assertThat(image.height()).isEqualTo(16);
    assertThat(values(image)).isEqualTo(all);
  }

  @Test
  void read_streamAndBufferedImage_giveTheFilesPixels() throws IOException {
    BufferedImage picture = Pictures.grey(16, IntStream.range(0, 256).toArray());
    byte[] file = Pictures.encode(picture, "png");
    int[] expected = values(Images.read(file, "picture"));
    assertThat(values(Images.read(new ByteArrayInputStream(file)))).isEqualTo(expected);
    assertThat(values(Images.of(picture))).isEqualTo(expected);
    assertThatThrownBy(() -> Images.read(new ByteArrayInputStream(new byte[] {1, 2})))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "image from a stream: expects a PNG, JPEG, BMP or GIF file, got one that begins with bytes 01 02; convert it");
    assertThatThrownBy(
            () -> Images.read(new SequenceInputStream(new ByteArrayInputStream(file), failing())))
        .isInstanceOf(DataException.class)
        .hasMessage("image from a stream: cannot be read: cut; send it again");
  }

  private static InputStream failing() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException("cut");
      }

      @Override
      public int read(byte[] bytes, int from, int length) throws IOException {
        throw new IOException("cut");
      }
    };
  }

  @Test
  void write_thenRead_givesTheSamePixels() throws IOException {
    byte[] bytes = new byte[768];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 7);
    }
    Path file = folder.resolve("new/folder/picture.png");
    for (int channels : new int[] {1, 3}) {
      Image image = Image.of(channels, 16, 48 / channels, bytes);
      Images.write(image, file);
      Image again = Images.read(file);
      assertThat(again.channels()).isEqualTo(channels);
      assertThat(again.pixels()).isEqualTo(bytes);
    }
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void read_samplesOfOtherSizes_areScaledAndRounded() throws IOException {
    int[] grey = {0, 128, 129, 257, 32768, 65535};
    Image sixteen = read(Pictures.samples(ColorSpace.CS_GRAY, false, 16, 6, grey), "png");
    assertThat(sixteen.channels()).isEqualTo(1);
    assertThat(values(sixteen)).containsExactly(0, 0, 1, 1, 128, 255);
    int[] colour = {0, 257, 65535, 300, 400, 51400};
    assertThat(values(read(Pictures.samples(ColorSpace.CS_sRGB, false, 16, 2, colour), "png")))
        .containsExactly(0, 1, 255, 1, 2, 200);
    BufferedImage bits = new BufferedImage(9, 1, BufferedImage.TYPE_BYTE_BINARY);
    bits.setRGB(0, 0, 0xffffff);
    bits.setRGB(8, 0, 0xffffff);
    assertThat(read(bits, "png").channels()).isEqualTo(1);
    assertThat(values(read(bits, "png"))).containsExactly(255, 0, 0, 0, 0, 0, 0, 0, 255);
    BufferedImage packed = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_565_RGB);
    packed.setRGB(0, 0, 0xff0000);
    assertThat(values(Pixels.of(packed))).containsExactly(255, 0, 0);
  }

  @Test
  void read_transparency_liesOnWhite() throws IOException {
    Image colour =
        read(
            Pictures.samples(ColorSpace.CS_sRGB, true, 8, 2, 10, 20, 30, 0, 100, 200, 0, 128),
            "png");
    assertThat(values(colour)).containsExactly(255, 255, 255, 177, 227, 127);
    Image grey =
        read(Pictures.samples(ColorSpace.CS_GRAY, true, 8, 3, 50, 0, 50, 255, 0, 51), "png");
    assertThat(grey.channels()).isEqualTo(1);
    assertThat(values(grey)).containsExactly(255, 50, 204);
  }

  @Test
  void read_transparentColourKey_liesOnWhite() throws IOException {
    byte[] grey =
        Pictures.png(
            Pictures.header(3, 1, 8, 0),
            Pictures.chunk("tRNS", new byte[] {0, 50}),
            Pictures.chunk("IDAT", deflated(0, 40, 50, 60)),
            Pictures.chunk("IEND", new byte[0]));
    assertThat(values(Images.read(grey, "grey"))).containsExactly(40, 255, 60);
    byte[] colour =
        Pictures.png(
            Pictures.header(2, 1, 8, 2),
            Pictures.chunk("tRNS", new byte[] {0, 1, 0, 2, 0, 3}),
            Pictures.chunk("IDAT", deflated(0, 1, 2, 3, 4, 5, 6)),
            Pictures.chunk("IEND", new byte[0]));
    assertThat(values(Images.read(colour, "colour"))).containsExactly(255, 255, 255, 4, 5, 6);
  }

  private static byte[] deflated(int... bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      for (int each : bytes) {
        deflater.write(each);
      }
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "gif", "bmp"})
  void read_palette_givesItsColours(String format) throws IOException {
    byte[] r = Arrays.copyOf(new byte[] {0, (byte) 200, 7}, 200);
    byte[] g = Arrays.copyOf(new byte[] {0, 100, 7}, 200);
    byte[] b = Arrays.copyOf(new byte[] {0, 50, 7}, 200);
    IndexColorModel colours = new IndexColorModel(8, 200, r, g, b);
    assertThat(values(read(Pictures.palette(3, colours, 0, 1, 2), format)))
        .containsExactly(0, 0, 0, 200, 100, 50, 7, 7, 7);
    Image grey = read(Pictures.palette(2, colours, 2, 0), format);
    assertThat(grey.channels()).isEqualTo(1);
    assertThat(values(grey)).containsExactly(7, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "gif"})
  void read_transparentPaletteEntry_liesOnWhite(String format) throws IOException {
    byte[] r = {0, (byte) 200};
    byte[] g = {0, 100};
    byte[] b = {0, 50};
    IndexColorModel colours = new IndexColorModel(8, 2, r, g, b, 1);
    assertThat(values(read(Pictures.palette(2, colours, 1, 0), format))).containsExactly(255, 0);
  }

  @ParameterizedTest
  @CsvSource({"png, 0", "bmp, 0", "jpeg, 6"})
  void read_colour_staysColour(String format, int tolerance) throws IOException {
    Image image = read(Pictures.plain(16, 8, new Color(200, 60, 20)), format);
    assertThat(image.channels()).isEqualTo(3);
    assertThat(image.width()).isEqualTo(16);
    assertThat(image.get(0, 7, 15)).isBetween(200 - tolerance, 200 + tolerance);
    assertThat(image.get(1, 7, 15)).isBetween(60 - tolerance, 60 + tolerance);
    assertThat(image.get(2, 7, 15)).isBetween(20 - tolerance, 20 + tolerance);
  }

  @Test
  void read_greyJpeg_staysGreyAndIsNotBrightened() throws IOException {
    int[] middle = new int[64];
    Arrays.fill(middle, 100);
    Image image = read(Pictures.grey(8, middle), "jpeg");
    assertThat(image.channels()).isEqualTo(1);
    assertThat(image.get(0, 3, 3)).isBetween(98, 102);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void read_orientedJpeg_standsUpright(int orientation) throws IOException {
    // A bright top left quarter and a grey top right one tell all eight ways apart.
    Image upright = corners(160, 90, 32, 16);
    Image stored = storedAs(orientation, upright);
    byte[] jpeg = Pictures.encode(Pixels.picture(stored), "jpeg");
    Image image = Images.read(Pictures.oriented(jpeg, orientation), "photo");
    assertThat(image.width()).isEqualTo(32);
    assertThat(image.height()).isEqualTo(16);
    assertThat(image.get(0, 3, 5)).isBetween(150, 170);
    assertThat(image.get(0, 3, 27)).isBetween(80, 100);
    assertThat(image.get(0, 12, 5)).isLessThan(10);
  }

  private static Image corners(int left, int right, int width, int height) {
    byte[] pixels = new byte[width * height];
    for (int i = 0; i < pixels.length / 2; i++) {
      pixels[i] = (byte) (i % width < width / 2 ? left : right);
    }
    return Image.of(1, height, width, pixels);
  }

  /** The picture as a camera stores it: 6 and 8 undo each other, the others themselves. */
  private static Image storedAs(int orientation, Image upright) {
    int inverse = orientation == 6 ? 8 : orientation == 8 ? 6 : orientation;
    return new Orientation(inverse).apply(upright);
  }

  @Test
  void apply_orientation6_turnsClockwise() {
    Image stored = Image.of(1, 2, 3, new byte[] {1, 2, 3, 4, 5, 6});
    assertThat(new Orientation(6).apply(stored).pixels()).containsExactly(4, 1, 5, 2, 6, 3);
    assertThat(new Orientation(8).apply(stored).pixels()).containsExactly(3, 6, 2, 5, 1, 4);
    assertThat(new Orientation(5).apply(stored).pixels()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(new Orientation(7).apply(stored).pixels()).containsExactly(6, 3, 5, 2, 4, 1);
    assertThat(new Orientation(2).apply(stored).pixels()).containsExactly(3, 2, 1, 6, 5, 4);
    assertThat(new Orientation(3).apply(stored).pixels()).containsExactly(6, 5, 4, 3, 2, 1);
    assertThat(new Orientation(4).apply(stored).pixels()).containsExactly(4, 5, 6, 1, 2, 3);
  }

  @Test
  void read_brokenExif_isPassedOver() throws IOException {
    byte[] jpeg = Pictures.encode(Pictures.plain(8, 8, Color.GRAY), "jpeg");
    byte[] broken = Pictures.oriented(jpeg, 6);
    for (int i = 12; i < 38; i++) {
      broken[i] = (byte) 0xee;
    }
    assertThat(Images.read(broken, "photo").width()).isEqualTo(8);
    assertThat(Images.read(Pictures.oriented(jpeg, 99), "photo").width()).isEqualTo(8);
  }

  /**
   * The last is behind another segment and fill bytes, the second entry of a directory further on.
   */
  @Test
  void orientation_ofAnyByteOrderTypeAndPlace_isFound() throws IOException {
    byte[] jpeg = Pictures.encode(Pictures.plain(8, 8, Color.GRAY), "jpeg");
    String segments =
        """
        FFE10022 EXIF 4D4D002A00000008 0001 0112000300000001 00060000 00000000
        FFE10022 EXIF 49492A0008000000 0100 1201030001000000 06000000 00000000
        FFE10022 EXIF 4D4D002A00000008 0001 0112000400000001 00000006 00000000
        FFE10022 EXIF 49492A0008000000 0100 1201040001000000 06000000 00000000
        FFE1000A687474703A2F2F61 FFFFFFE10030 EXIF 4D4D002A0000000A 0000 0002 010F00020000000141000000 0112000300000001 00060000 00000000
        """
            .replace("EXIF", "457869660000")
            .replace(" ", "");
    for (String segment : segments.lines().toList()) {
      byte[] photo = withSegment(jpeg, HexFormat.of().parseHex(segment));
      assertThat(Orientation.of(photo)).as(segment).isEqualTo(new Orientation(6));
      assertThat(Images.read(photo, "photo").width()).isEqualTo(8);
    }
    String text = segments.lines().findFirst().orElseThrow().replace("01120003", "01120002");
    assertThat(Orientation.of(withSegment(jpeg, HexFormat.of().parseHex(text))).isTurned())
        .isFalse();
  }

  @Test
  void orientation_ofDamagedBytes_isUprightOrSomeTagAndNeverFails() throws IOException {
    byte[] jpeg = Pictures.encode(Pictures.plain(8, 8, Color.GRAY), "jpeg");
    byte[] whole = Arrays.copyOf(Pictures.oriented(jpeg, 6), 200);
    for (int length = 2; length < whole.length; length++) {
      assertThat(Orientation.of(Arrays.copyOf(whole, length)).tag()).isIn(1, 6);
    }
    for (int i = 2; i < 60; i++) {
      for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
        byte[] damaged = whole.clone();
        damaged[i] = (byte) value;
        assertThat(Orientation.of(damaged).tag()).isBetween(1, 8);
      }
    }
  }

  private static byte[] withSegment(byte[] jpeg, byte[] segment) {
    byte[] photo = new byte[jpeg.length + segment.length];
    System.arraycopy(jpeg, 0, photo, 0, 2);
    System.arraycopy(segment, 0, photo, 2, segment.length);
    System.arraycopy(jpeg, 2, photo, 2 + segment.length, jpeg.length - 2);
    return photo;
  }
}
