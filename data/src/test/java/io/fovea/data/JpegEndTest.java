package io.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.base.DataException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a JPEG ends, and what may follow or precede its pixels. */
class JpegEndTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final String NO_END =
      "image picture: cannot be decoded (its end marker EOI is missing); it is damaged or"
          + " truncated, give a complete one";
  private static final String MANY_SCANS =
      "image picture: expects a JPEG of 8 bits in Huffman coding, baseline or progressive, of at"
          + " most 100 scans, got one with more than 100 scans; save it anew as a baseline JPEG";

  private static byte[] jpeg(int width, int height) throws IOException {
    return Pictures.encode(Pictures.noise(width, height, BufferedImage.TYPE_INT_RGB), "jpeg");
  }

  private static byte[] progressive(int width, int height) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam options = writer.getDefaultWriteParam();
      options.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      writer.setOutput(out);
      BufferedImage picture = Pictures.noise(width, height, BufferedImage.TYPE_INT_RGB);
      writer.write(null, new IIOImage(picture, null, null), options);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(each -> each.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  /** The file with more bytes before its last two, the end marker. */
  private static byte[] beforeEnd(byte[] jpeg, byte[] more) {
    int end = jpeg.length - 2;
    return join(Arrays.copyOf(jpeg, end), more, Arrays.copyOfRange(jpeg, end, jpeg.length));
  }

  private static byte[] random(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** The bytes from the last scan's marker up to the end marker. */
  private static byte[] lastScan(byte[] jpeg) {
    int at = jpeg.length - 2;
    while ((jpeg[at] & 0xff) != 0xff || (jpeg[at + 1] & 0xff) != 0xda) {
      at--;
    }
    return Arrays.copyOfRange(jpeg, at, jpeg.length - 2);
  }

  private static int count(byte[] jpeg, int marker) {
    int count = 0;
    for (int i = 0; i + 1 < jpeg.length; i++) {
      count += (jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == marker ? 1 : 0;
    }
    return count;
  }

  private static void assertSame(byte[] longer, byte[] plain) throws DataException {
    assertThat(Images.read(longer, "picture").pixels())
        .isEqualTo(Images.read(plain, "picture").pixels());
  }

  private static void assertFails(byte[] bytes, String message) {
    assertThatThrownBy(() -> Images.read(bytes, "picture"))
        .isInstanceOf(DataException.class)
        .hasMessage(message);
  }

  /** The film of a motion photo holds end and scan markers by chance. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void read_motionPhoto_isItsPicture(int seed) throws IOException {
    byte[] film = random(8_000_000, seed);
    assertThat(count(film, 0xd9)).isPositive();
    assertThat(count(film, 0xda)).isGreaterThan(100);
    byte[] plain = seed % 2 == 0 ? progressive(40, 30) : jpeg(40, 30);
    assertSame(join(plain, film), plain);
  }

  /** As in files of several pictures (MPO) and with a gain map (Ultra HDR). */
  @Test
  void read_secondPictureBehindTheEnd_isTheFirst() throws IOException {
    byte[] plain = jpeg(40, 30);
    assertSame(join(plain, jpeg(8, 8)), plain);
    byte[] second = jpeg(8, 8);
    assertSame(join(plain, Arrays.copyOf(second, second.length - 20)), plain);
  }

  /** The first picture ends early; the second one's end is not its own. */
  @Test
  void read_truncatedBeforeASecondPicture_isRefused() throws IOException {
    byte[] plain = jpeg(40, 30);
    byte[] longer = join(Arrays.copyOf(plain, plain.length - 300), jpeg(8, 8));
    assertThatThrownBy(() -> Images.read(longer, "picture"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("image picture: cannot be decoded (")
        .hasMessageEndingWith("; it is damaged or truncated, give a complete one");
  }

  @Test
  void read_truncatedWithAThumbnail_isRefused() throws IOException {
    byte[] thumbnail = jpeg(16, 12);
    byte[] exif = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer segment = ByteBuffer.allocate(4 + exif.length + thumbnail.length);
    segment.putShort((short) 0xffe1).putShort((short) (segment.capacity() - 2));
    segment.put(exif).put(thumbnail);
    byte[] plain = jpeg(64, 64);
    byte[] whole =
        join(Arrays.copyOf(plain, 2), segment.array(), Arrays.copyOfRange(plain, 2, plain.length));
    assertSame(whole, plain);
    int pixels = whole.length - lastScan(plain).length;
    for (int length :
        new int[] {whole.length - 1, whole.length - 2, whole.length - 500, pixels + 20}) {
      String place = length > whole.length - 3 ? "" : "scan 1, row of blocks \\d+: ";
      assertThatThrownBy(() -> Images.read(Arrays.copyOf(whole, length), "picture"))
          .isInstanceOf(DataException.class)
          .hasMessageMatching(NO_END.replace("(", "\\(" + place).replace(")", "\\)"));
    }
  }

  /** The tables of a picture may come in a file of their own before it, with its own end. */
  @Test
  void read_endBeforeThePixels_isNotTheEnd() throws IOException {
    byte[] plain = jpeg(9, 9);
    byte[] longer = join(HEX.parseHex("ffd8ffd9"), plain);
    assertFails(Arrays.copyOf(longer, longer.length - 2), NO_END);
  }

  @Test
  void read_fillBytesAndRemarks_belongToThePicture() throws IOException {
    byte[] plain = jpeg(9, 9);
    // A remark that holds an end marker, after fill bytes.
    byte[] remark = HEX.parseHex("ffffff" + "fe0006" + "ffd9ffda");
    byte[] longer =
        join(Arrays.copyOf(plain, 2), remark, Arrays.copyOfRange(plain, 2, plain.length));
    assertSame(longer, plain);
    assertFails(Arrays.copyOf(longer, longer.length - 2), NO_END);
  }

  @Test
  void read_manyScans_areRefusedBeyond100() throws IOException {
    byte[] plain = progressive(16, 16);
    int scans = count(plain, 0xda);
    assertThat(scans).isGreaterThan(5);
    byte[] repeated = lastScan(plain);
    byte[] more = join(Collections.nCopies(100 - scans, repeated).toArray(new byte[0][]));
    byte[] hundred = beforeEnd(plain, more);
    assertThat(Images.read(hundred, "picture").width()).isEqualTo(16);
    assertFails(beforeEnd(hundred, repeated), MANY_SCANS);
    // The same where the end is missing, and where other data follows it.
    assertFails(Arrays.copyOf(beforeEnd(hundred, repeated), hundred.length + 8), MANY_SCANS);
    assertFails(join(beforeEnd(hundred, repeated), random(9_000, 3)), MANY_SCANS);
  }

  /** The decoder does not skip by length what is no marker of a segment. */
  @Test
  void read_scansBehindAnUnknownMarker_areRefused() throws IOException {
    byte[] plain = progressive(16, 16);
    byte[] scans = HEX.parseHex("ff02ffff" + "ffda0008010100003f00".repeat(101));
    assertFails(beforeEnd(plain, scans), NO_END);
  }
}
