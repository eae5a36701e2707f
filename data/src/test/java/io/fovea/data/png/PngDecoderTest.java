package io.fovea.data.png;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.fovea.data.Images;
import io.fovea.data.Pictures;
import io.fovea.data.base.DataException;
import io.fovea.data.picture.Pixels;
import io.fovea.dataset.Image;
import io.fovea.random.RandomKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PngDecoderTest {
  private static final int[][] SIZES = {{1, 1}, {1, 7}, {5, 1}, {2, 3}, {4, 9}, {9, 5}, {33, 17}};

  private interface Case {
    void check(byte[] file, String name, int colour, int depth, boolean transparent)
        throws IOException;
  }

  private static void each(Case each) throws IOException {
    long seed = 0;
    for (int[] kind : PngFiles.KINDS) {
      for (int variant = 0; variant < 4; variant++) {
        boolean interlaced = variant % 2 == 1;
        boolean transparent = variant >= 2 && kind[0] < 4;
        for (int[] size : SIZES) {
          byte[] file =
              PngFiles.random(kind[0], kind[1], interlaced, transparent, size[0], size[1], seed++);
          String name =
              "colour %d, %d bits, interlaced %s, transparent %s, %dx%d"
                  .formatted(kind[0], kind[1], interlaced, transparent, size[0], size[1]);
          each.check(file, name, kind[0], kind[1], transparent);
        }
      }
    }
  }

  /** ImageIO ignores tRNS of grey files of less than 8 bits; there libpng's pixels count. */
  @Test
  void read_everyKind_equalsTheDecoderOfTheJdk() throws IOException {
    each(
        (file, name, colour, depth, transparent) -> {
          if (colour == 0 && depth < 8 && transparent) {
            return;
          }
          Image expected = Pixels.of(ImageIO.read(new ByteArrayInputStream(file)));
          Image image = Images.read(file, name);
          assertThat(image.channels()).as(name).isEqualTo(expected.channels());
          assertThat(image.width()).as(name).isEqualTo(expected.width());
          assertThat(image.pixels()).as(name).isEqualTo(expected.pixels());
        });
  }

  /**
   * CRC32 of the pixels by libpng 1.6.48 (Debian), called from C: png_set_expand,
   * png_set_gray_to_rgb, png_set_add_alpha, then each sample put on white in whole numbers and
   * rounded once. In the order of {@link #each}. Debian's pngtopnm is no judge of tRNS: in 10 of
   * these files it takes other colours for the transparent one.
   */
  @Test
  void read_everyKind_equalsLibpng() throws IOException {
    List<String> expected;
    try (InputStream in = PngDecoderTest.class.getResourceAsStream("libpng-crc32.txt")) {
      expected = new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    }
    List<String> sums = new ArrayList<>();
    each(
        (file, name, colour, depth, transparent) -> {
          CRC32 sum = new CRC32();
          sum.update(Images.read(file, name).withChannels(3).pixels());
          assertThat("%08x".formatted(sum.getValue()))
              .as(name)
              .isEqualTo(expected.get(sums.size()));
          sums.add(name);
        });
    assertThat(sums).hasSameSizeAs(expected).hasSize(420);
  }

  private static void assertRefused(byte[] file, String why) {
    assertThatThrownBy(() -> Images.read(file, "a.png"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "image a.png: cannot be decoded (%s); it is damaged or truncated, give a complete one"
                .formatted(why));
  }

  private static byte[] file(byte[] header, byte[] pixels) throws IOException {
    return Pictures.png(header, Pictures.chunk("IDAT", pixels), end());
  }

  private static byte[] end() {
    return Pictures.chunk("IEND", new byte[0]);
  }

  private static byte[] grey(int width, int height) {
    return PngFiles.header(width, height, 8, PngHeader.GREY, false);
  }

  @Test
  void read_headerThatIsNone_saysWhat() throws IOException {
    byte[] stream = PngFiles.deflated(new byte[] {0, 1});
    assertRefused(
        file(PngFiles.header(1, 1, 3, 0, false), stream),
        "its header says colour type 0 with 3 bits");
    assertRefused(
        file(PngFiles.header(1, 1, 8, 5, false), stream),
        "its header says colour type 5 with 8 bits");
    assertRefused(file(grey(0, 1), stream), "its header says 0x1 pixels");
    byte[] turned = grey(1, 1);
    byte[] content = Arrays.copyOfRange(turned, 8, 21);
    content[12] = 2;
    assertRefused(
        file(Pictures.chunk("IHDR", content), stream),
        "its header says compression 0, filters 0, interlacing 2");
    assertRefused(
        Pictures.png(Pictures.chunk("IEND", new byte[40])), "its first chunk is not IHDR");
    assertRefused(
        Arrays.copyOf(file(grey(1, 1), stream), 20), "its header of 33 bytes is cut at 20");
    byte[] asText = file(grey(1, 1), stream);
    asText[4] = '\n';
    assertRefused(asText, "its signature is changed, as by a transfer that treats it as text");
  }

  @Test
  void read_pixelsThatAreNone_saysWhere() throws IOException {
    assertRefused(
        file(grey(2, 2), PngFiles.deflated(new byte[] {0, 1, 2, 9, 1, 2})), "row 1 has filter 9");
    byte[] whole = PngFiles.deflated(new byte[] {0, 1, 2, 0, 1, 2});
    assertRefused(file(grey(2, 3), whole), "its pixels end in row 2");
    assertRefused(
        file(grey(2, 2), Arrays.copyOf(whole, whole.length - 4)),
        "its compressed pixels end before their checksum");
    byte[] other = whole.clone();
    other[whole.length - 1] ^= 1;
    assertRefused(file(grey(2, 2), other), "row 1: incorrect data check");
    byte[] stream = whole.clone();
    stream[0] = 0;
    assertRefused(file(grey(2, 2), stream), "row 0: incorrect header check");
    assertThat(Images.read(file(grey(2, 1), whole), "a.png").pixels())
        .as("more than the picture needs stays compressed")
        .containsExactly(1, 2);
  }

  @Test
  void read_chunksOutOfPlace_areNamed() throws IOException {
    byte[] pixels = Pictures.chunk("IDAT", PngFiles.deflated(new byte[] {0, 1}));
    byte[] header = grey(1, 1);
    assertRefused(
        Pictures.png(header, Pictures.chunk("ABCD", new byte[0]), pixels, end()),
        "its chunk ABCD at byte 33 is unknown or out of place");
    assertRefused(
        Pictures.png(header, pixels, Pictures.chunk("tEXt", new byte[0]), pixels, end()),
        "its chunk IDAT at byte %d is unknown or out of place".formatted(45 + pixels.length));
    assertRefused(
        Pictures.png(header, Pictures.chunk("tRNS", new byte[3]), pixels, end()),
        "its chunk tRNS has 3 bytes instead of 2");
    byte[] palette = PngFiles.header(1, 1, 8, PngHeader.PALETTE, false);
    assertRefused(
        Pictures.png(palette, pixels, end()), "its palette PLTE has 0 bytes, not three a colour");
    assertThat(
            Images.read(
                    Pictures.png(
                        palette, Pictures.chunk("PLTE", new byte[] {9, 9, 9}), pixels, end()),
                    "a.png")
                .pixels())
        .as("an index beyond the palette is black")
        .containsExactly(0);
  }

  /** A stream of few bytes cannot fill the picture, so nothing is allocated for it. */
  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void read_bombs_takeNoMemory() throws IOException {
    assertRefused(
        file(grey(8000, 8000), new byte[100]),
        "its 100 compressed bytes are too few for 8000x8000 pixels");
    byte[] zeros = PngFiles.deflated(new byte[50_000_000]);
    byte[] beyond = file(grey(3, 3), zeros);
    byte[] text =
        Pictures.png(
            grey(1, 1),
            Pictures.chunk("iCCP", zeros),
            Pictures.chunk("zTXt", zeros),
            Pictures.chunk("IDAT", PngFiles.deflated(new byte[] {0, 7})),
            end());
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThat(Images.read(beyond, "a.png").pixels()).containsOnly(0).hasSize(9);
    assertThat(Images.read(text, "a.png").pixels()).containsExactly(7);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1_000_000);
  }

  @Test
  void memory_ofEveryKind_isAtMostThatOfItsHeader() throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int[] kind : PngFiles.KINDS) {
      byte[] file = PngFiles.random(kind[0], kind[1], true, false, 401, 303, 1);
      PngHeader header = PngHeader.of(file);
      PngDecoder.read(file, header); // loads classes
      long before = threads.getCurrentThreadAllocatedBytes();
      PngDecoder.read(file, header);
      assertThat(threads.getCurrentThreadAllocatedBytes() - before)
          .as("colour %d, %d bits", kind[0], kind[1])
          .isLessThanOrEqualTo(header.memory());
    }
  }

  /**
   * Checksums of chunks are made right again, so that the changes reach the decoder. With {@code
   * -Dfuzz.files=100000}, so many files.
   */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void read_mutated_decodesOrIsRefusedButNothingElse() throws IOException {
    int pictures = 0;
    int refused = 0;
    for (int seed = 0; seed < Integer.getInteger("fuzz.files", 6000); seed++) {
      RandomKey key = RandomKey.of(seed).with("mutation");
      int[] kind = PngFiles.KINDS.get(seed % PngFiles.KINDS.size());
      byte[] file =
          PngFiles.random(
              kind[0], kind[1], seed % 2 == 0, seed % 3 == 0 && kind[0] < 4, 13, 9, seed);
      if (seed % 4 == 0) {
        file = Arrays.copyOf(file, key.below(file.length, 100));
      } else {
        for (int i = 0; i < 3; i++) {
          int range = i == 0 ? Math.min(100, file.length) : file.length;
          file[key.below(range, 2L * i)] = (byte) key.bits(2L * i + 1);
        }
        repair(file);
      }
      try {
        Images.read(file, "a.png");
        pictures++;
      } catch (DataException e) {
        assertThat(e).as("seed %d", seed).hasMessageStartingWith("image a.png: ");
        refused++;
      }
    }
    assertThat(pictures).isGreaterThan(50);
    assertThat(refused).isGreaterThan(3000);
  }

  private static void repair(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    for (int at = 8; at + 12 <= file.length; ) {
      int length = bytes.getInt(at);
      if (length < 0 || length > file.length - at - 12) {
        return;
      }
      CRC32 sum = new CRC32();
      sum.update(file, at + 4, 4 + length);
      bytes.putInt(at + 8 + length, (int) sum.getValue());
      at += 12 + length;
    }
  }

  @Test
  void png_ofOurEncoder_isReadByTheDecoderOfTheJdk() throws IOException {
    RandomKey key = RandomKey.of(3).with("encoder");
    for (int channels : new int[] {1, 3}) {
      for (int[] size : SIZES) {
        byte[] pixels = new byte[channels * size[0] * size[1]];
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = (byte) (i % 5 == 0 ? key.bits(i) : 3L * i); // smooth and rough rows
        }
        Image image = Image.of(channels, size[1], size[0], pixels);
        byte[] file = Images.png(image);
        assertThat(Pixels.of(ImageIO.read(new ByteArrayInputStream(file))).pixels())
            .isEqualTo(pixels);
        assertThat(Images.read(file, "own").pixels()).isEqualTo(pixels);
      }
    }
  }
}
