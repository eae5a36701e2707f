package io.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Images;
import io.fovea.dataset.Image;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each body is refused or cut in bounded time and memory, and the server answers the next one. */
@Isolated
class HostileBodiesTest extends ServedTests {
  @ParameterizedTest
  @ValueSource(strings = {"hello", "<xml/>", "%PDF-1.7", "II*\0", "\0\0\0\0", "\u001f\u008b", ""})
  void body_ofAnotherType_is415(String body) throws IOException {
    assertRefused(
        served.post(body.getBytes(StandardCharsets.ISO_8859_1)),
        415,
        "predict: expects the bytes of a PNG, JPEG, BMP or GIF file");
  }

  @ParameterizedTest
  @CsvSource({"/predict,predict", "/v2/models/pets/infer,infer"})
  void body_compressed_is415AndNamesTheEncoding(String path, String operation) throws IOException {
    for (String encoding : List.of("gzip", "br", "identity, gzip")) {
      assertRefused(
          client.post(path, gzip(Served.png(1)), "Content-Encoding: " + encoding),
          415,
          "%s: expects an uncompressed body, got one with Content-Encoding: %s; send it without compression and without that header"
              .formatted(operation, encoding));
    }
  }

  private static byte[] gzip(byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(body);
    }
    return bytes.toByteArray();
  }

  @Test
  void body_ofEncodingIdentity_isAnswered() throws IOException {
    assertThat(Served.status(served.post(Served.png(1), "Content-Encoding: Identity")))
        .isEqualTo(200);
  }

  @Test
  void body_withoutLength_is411() throws IOException {
    assertRefused(
        served.raw(served.head("POST /predict")),
        411,
        "predict: expects a body with a Content-Length or in chunks");
  }

  /** A gigabyte is announced and begun; the answer comes before it, and nothing is kept. */
  @Test
  void body_ofAGigabyte_is413AfterItsFirstBytes() throws IOException {
    String head = served.head("POST /predict", "Content-Length: 1073741824");
    assertRefused(
        served.raw(Served.latin(head), new byte[10_000]),
        413,
        "predict: expects a body of at most 100000 bytes; scale it down");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "abc", "99999999999999999999", "1e3"})
  void body_ofAnImpossibleLength_isRefused(String length) throws IOException {
    String head = served.head("POST /predict", "Content-Length: " + length);
    assertThat(Served.status(served.raw(head + "abc"))).isIn(400, 413, 0);
  }

  @Test
  void body_ofALengthWithASign_is400() throws IOException {
    assertRefused(
        served.raw(served.head("POST /predict", "Content-Length: +3") + "abc"),
        400,
        "predict: expects a whole number as Content-Length");
  }

  @Test
  void body_inEndlessChunks_is413() throws IOException {
    byte[] chunk = ("1000\r\n" + "x".repeat(4096) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    try (Socket socket = served.connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(chunkedHead());
      int sent = 0;
      try {
        while (sent < 100_000) { // 400 MB, if nobody stops it
          out.write(chunk);
          sent++;
        }
      } catch (IOException cut) {
        assertThat(sent).isBetween(20, 20_000);
      }
      assertThat(sent).isLessThan(100_000);
    }
  }

  private byte[] chunkedHead() {
    return Served.latin(served.head("POST /predict", "Transfer-Encoding: chunked"));
  }

  /** The JDK's server reads no trailers and throws; the client is told so. */
  @ParameterizedTest
  @ValueSource(strings = {"0\r\nX-Checksum: 1\r\n\r\n", "2\r\n{}!\r\n0\r\n\r\n", "zz\r\n"})
  void body_withTrailersOrDamagedChunks_is400(String chunks) throws IOException {
    assertRefused(
        served.raw(chunkedHead(), chunks.getBytes(StandardCharsets.US_ASCII)),
        400,
        "predict: expects whole chunks without trailers, got others; send the body without trailers, or with a Content-Length");
  }

  @Test
  void body_withAnEndlessChunkLine_isCut() throws IOException {
    assertThat(served.raw(chunkedHead(), "1;".getBytes(StandardCharsets.US_ASCII), new byte[8000]))
        .satisfies(answer -> assertThat(Served.status(answer)).isIn(0, 400));
  }

  @Test
  void body_withLengthAndChunks_isRefused() throws IOException {
    String head = served.head("POST /predict", "Content-Length: 5", "Transfer-Encoding: chunked");
    assertThat(Served.status(served.raw(head + "0\r\n\r\n"))).isIn(0, 400);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 20, 33, 45, 60})
  void png_truncated_is400(int length) throws IOException {
    String answer = served.post(Arrays.copyOf(Served.png(1), length));
    assertThat(Served.status(answer)).isEqualTo(400);
    assertThat(Served.body(answer)).contains("it is damaged or truncated");
  }

  @Test
  void body_thatEndsEarly_is400() throws IOException {
    try (Socket socket = served.connect()) {
      String head = served.head("POST /predict", "Content-Length: 500");
      socket.getOutputStream().write(Served.latin(head + "abc"));
      socket.shutdownOutput();
      assertThat(Served.status(Served.answer(socket))).isIn(0, 400);
    }
  }

  /** A PNG of 30,000 x 30,000 black pixels in some kilobytes: as a whole 900 MB. */
  @Test
  void png_thatWouldBeHuge_is413BeforeItIsDecoded() throws IOException, JMException {
    byte[] bomb = png(30_000, 30_000, 40_000_000);
    assertThat(bomb).hasSizeLessThan(100_000);
    long before = allocatedBytes();
    assertRefused(
        served.post(bomb),
        413,
        "predict: expects a picture of at most 1000000 pixels, got 900000000; scale it down");
    assertThat(allocatedBytes() - before).isLessThan(50_000_000);
  }

  /** By all threads since the start. */
  private static long allocatedBytes() throws JMException {
    ObjectName threading = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
    return (long)
        ManagementFactory.getPlatformMBeanServer()
            .getAttribute(threading, "TotalThreadAllocatedBytes");
  }

  private static byte[] png(int width, int height, int rawBytes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(0x89504e470d0a1a0aL);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream facts = new DataOutputStream(header);
    facts.writeInt(width);
    facts.writeInt(height);
    facts.write(new byte[] {8, 0, 0, 0, 0});
    chunk(out, "IHDR", header.toByteArray());
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(data)) {
      byte[] zeros = new byte[1_000_000];
      for (int i = 0; i < rawBytes; i += zeros.length) {
        deflater.write(zeros);
      }
    }
    chunk(out, "IDAT", data.toByteArray());
    chunk(out, "IEND", new byte[0]);
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] content) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(content);
    out.writeInt(content.length);
    out.write(name);
    out.write(content);
    out.writeInt((int) crc.getValue());
  }

  /**
   * Thousands of empty scans of a large progressive JPEG would each walk over all its pixels; the
   * first is refused. {@code JpegEndTest} has files whose scans are complete, and too many.
   */
  @Test
  void jpeg_ofThousandsOfScans_is400() throws IOException {
    byte[] body = new byte[90_000];
    byte[] begin = {
      (byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xc2, 0, 11, 8, 3, 0, 3, 0, 1, 1, 17, 0
    };
    System.arraycopy(begin, 0, body, 0, begin.length);
    for (int i = begin.length; i + 10 <= body.length; i += 10) {
      byte[] scan = {(byte) 0xff, (byte) 0xda, 0, 8, 1, 1, 0, 0, 0, 0};
      System.arraycopy(scan, 0, body, i, 10);
    }
    String answer = served.post(body);
    assertThat(Served.status(answer)).isEqualTo(400);
    assertThat(Served.body(answer)).contains("cannot be decoded (scan 1, ");
  }

  @Test
  void picture_ofManyPixelsWithinTheLimit_isAnswered() throws IOException {
    Image large = Image.of(1, 1000, 1000, new byte[1_000_000]);
    assertThat(Served.status(served.post(Images.png(large)))).isEqualTo(200);
  }

  @Test
  void form_is415_andToldHowToSendTheFile() throws IOException {
    String form =
        "--------d7449\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.png\"\r\n\r\n";
    assertRefused(
        served.post(form.getBytes(StandardCharsets.UTF_8)),
        415,
        "predict: expects the bytes of a PNG, JPEG, BMP or GIF file, got a multipart form; send the file itself: curl --data-binary @FILE instead of curl -F");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"pixels\": [1, 2, 3]}", " {\"images\": [[", "[", "\n\r\t{"})
  void json_is415_andToldWherePixelsGo(String json) throws IOException {
    assertRefused(
        served.post(json.getBytes(StandardCharsets.UTF_8)),
        415,
        "predict: expects the bytes of a PNG, JPEG, BMP or GIF file, got JSON; send pixels to POST /v2/models/NAME/infer, as an input of datatype UINT8");
  }
}
