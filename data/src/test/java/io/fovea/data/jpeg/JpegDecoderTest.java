package io.fovea.data.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/**
 * The decoder against libjpeg-turbo 2.1.5 of Debian. {@code generated.zip} has small files of every
 * kind that its encoder writes (colours, sampling, one scan, many, progressive, restarts), {@code
 * generated.txt} the sizes and checksums of their pixels at scales 1, 1/2, 1/4 and 1/8 as that
 * library decodes them.
 */
class JpegDecoderTest {
  private static InputStream resource(String name) throws IOException {
    InputStream in = JpegDecoderTest.class.getResourceAsStream(name);
    if (in == null) {
      throw new IOException("no resource " + name);
    }
    return in;
  }

  private static Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(resource("generated.zip"))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    }
    return files;
  }

  private static String sum(JpegDecoder.Picture picture) {
    CRC32 crc = new CRC32();
    crc.update(picture.pixels());
    return "%dx%dx%d %08x"
        .formatted(picture.width(), picture.height(), picture.channels(), crc.getValue());
  }

  @Test
  void decode_everyKindAndScale_equalsLibjpegTurbo() throws Exception {
    Map<String, byte[]> files = files();
    assertThat(files).hasSizeGreaterThan(100);
    String[] lines;
    try (InputStream in = resource("generated.txt")) {
      lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n");
    }
    assertThat(lines).hasSize(files.size());
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      byte[] file = Objects.requireNonNull(files.get(words[0]));
      for (int i = 0; i < 4; i++) {
        assertThat(sum(JpegDecoder.of(file).decode(1 << i)))
            .as("%s at 1/%d", words[0], 1 << i)
            .isEqualTo(words[1 + 2 * i] + " " + words[2 + 2 * i]);
      }
    }
  }

  /** What a picture takes is told by its header, so that threads can wait for each other. */
  @Test
  void decode_everyKindAndScale_takesAtMostTheMemoryOfTheHeader() throws Exception {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().threadId();
    for (Map.Entry<String, byte[]> each : files().entrySet()) {
      for (int scale = 1; scale <= 8; scale *= 2) {
        JpegDecoder decoder = JpegDecoder.of(each.getValue());
        long before = thread.getThreadAllocatedBytes(self);
        decoder.decode(scale);
        assertThat(thread.getThreadAllocatedBytes(self) - before)
            .as("%s at 1/%d", each.getKey(), scale)
            .isLessThanOrEqualTo(decoder.memory(scale));
      }
    }
  }

  private static byte[] mutated(byte[] file, Random random) {
    byte[] bytes = file.clone();
    for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }

  /** With {@code -Dfuzz.files=100000}, so many. The first ones load classes, which takes memory. */
  @Test
  void decode_mutatedFiles_arePicturesOrRefused() throws Exception {
    byte[][] originals = files().values().toArray(new byte[0][]);
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Random random = new Random(73);
    int pictures = 0;
    int refused = 0;
    for (int i = 0; i < Integer.getInteger("fuzz.files", 2000); i++) {
      byte[] file = mutated(originals[random.nextInt(originals.length)], random);
      int scale = 1 << random.nextInt(4);
      long began = thread.getCurrentThreadCpuTime();
      long before = Long.MAX_VALUE;
      long most = 0;
      try {
        JpegDecoder decoder = JpegDecoder.of(file);
        if ((long) decoder.width() * decoder.height() > 1_000_000) {
          continue;
        }
        most = decoder.memory(scale);
        before = thread.getCurrentThreadAllocatedBytes();
        JpegDecoder.Picture picture = decoder.decode(scale);
        assertThat(picture.pixels())
            .hasSize(picture.width() * picture.height() * picture.channels());
        pictures++;
      } catch (JpegException e) {
        assertThat(e.getMessage()).isNotEmpty();
        refused++;
      }
      long allocated = thread.getCurrentThreadAllocatedBytes() - before;
      assertThat(i < 100 ? 0 : allocated).as("bytes of file %d", i).isLessThanOrEqualTo(most);
      long nanos = thread.getCurrentThreadCpuTime() - began;
      assertThat(nanos).as("nanoseconds of file %d", i).isLessThan(2_000_000_000);
    }
    assertThat(pictures).isGreaterThan(200);
    assertThat(refused).isGreaterThan(200);
  }

  /** A file with another frame header: marker, bits a sample, height, width. */
  private static byte[] withFrame(int marker, int bits, int height, int width) throws IOException {
    byte[] file = files().values().iterator().next().clone();
    int at = 2;
    while ((file[at + 1] & 0xff) != 0xc0 && (file[at + 1] & 0xff) != 0xc2) {
      at += 2 + ((file[at + 2] & 0xff) << 8 | (file[at + 3] & 0xff));
    }
    file[at + 1] = (byte) marker;
    file[at + 4] = (byte) bits;
    file[at + 5] = (byte) (height >> 8);
    file[at + 6] = (byte) height;
    file[at + 7] = (byte) (width >> 8);
    file[at + 8] = (byte) width;
    return file;
  }

  private static void assertRefused(byte[] file, String message) {
    assertThatThrownBy(() -> Images.read(file, "picture"))
        .isInstanceOf(DataException.class)
        .hasMessageMatching(message);
  }

  @Test
  void read_otherKinds_areRefusedByName() throws IOException {
    String expected =
        "image picture: expects a JPEG of 8 bits in Huffman coding, baseline or progressive, of at"
            + " most 100 scans, got one with segment ff %s at byte \\d+: %s; save it anew as a"
            + " baseline JPEG";
    assertRefused(withFrame(0xc0, 12, 8, 8), expected.formatted("c0", "12 bits a sample"));
    assertRefused(withFrame(0xc9, 8, 8, 8), expected.formatted("c9", "arithmetic coding"));
    assertRefused(withFrame(0xc3, 8, 8, 8), expected.formatted("c3", "lossless coding"));
    assertRefused(withFrame(0xc5, 8, 8, 8), expected.formatted("c5", "hierarchical coding"));
  }

  @Test
  void read_tablesWithoutEnd_areRefused() throws IOException {
    byte[] table = {
      -1, (byte) 0xc4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    ByteBuffer file = ByteBuffer.allocate(2 + 801 * table.length).put(new byte[] {-1, (byte) 0xd8});
    while (file.hasRemaining()) {
      file.put(table);
    }
    assertRefused(
        file.array(),
        "image picture: expects .*, got one with .*: more than 800 Huffman tables; .*");
  }

  @Test
  void read_sizesWithoutTheData_areRefusedBeforeTheyTakeMemory() throws IOException {
    assertRefused(
        withFrame(0xc0, 8, 65_500, 65_500),
        "image picture: expects at most 64 million pixels, got 65500x65500; scale it down first");
    assertRefused(
        withFrame(0xc0, 8, 8000, 8000),
        "image picture: cannot be decoded \\(its end marker EOI is missing\\); it is damaged or"
            + " truncated, give a complete one");
  }
}
