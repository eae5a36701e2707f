package io.fovea.format.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.format.FormatException;
import io.fovea.format.Models;
import io.fovea.format.NetworkDescription;
import io.fovea.format.WeightsFile;
import io.fovea.format.onnx.Npy;
import io.fovea.format.onnx.Onnx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of other programs, written by them or by the JDK or as specified, in each reader. */
class FileContentTest {
  @TempDir Path folder;

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = FileContentTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private static byte[] zip(String entry) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.putNextEntry(new ZipEntry(entry));
      out.write("content".getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write("content".getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The signature that the format's specification states, and some zeros. */
  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits + "00".repeat(600));
  }

  private Path file(String kind) throws IOException {
    byte[] bytes =
        switch (kind) {
          case "onnx" -> resource("/onnx/small_cnn.onnx");
          case "npy" -> resource("/onnx/small_cnn_x.npy");
          case "png" -> hex("89504e470d0a1a0a0000000d49484452");
          case "jpg" -> hex("ffd8ffe000104a464946");
          case "gif" -> hex("474946383961");
          case "bmp" -> hex("424d8e020000000000003600000028");
          case "zip" -> zip("config.json");
          case "gz" -> gzip();
          case "json" -> text("{\"nodes\": []}");
          case "list.json" -> text(" \n[1, 2]");
          case "html" -> text("\n<!DOCTYPE HTML><html><body>404</body></html>");
          case "lfs" -> text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
          case "h5" -> hex("894844460d0a1a0a");
          case "tflite" -> hex("1c00000054464c33");
          default -> throw new IllegalArgumentException(kind);
        };
    return Files.write(folder.resolve("file." + kind), bytes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "onnx|an ONNX model; read it by Onnx.read, or fovea import",
        "png|a PNG image; read it by Images.read, or fovea predict MODEL IMAGE",
        "jpg|a JPEG image; read it by Images.read, or fovea predict MODEL IMAGE",
        "gif|a GIF image; read it by Images.read, or fovea predict MODEL IMAGE",
        "bmp|a BMP image; read it by Images.read, or fovea predict MODEL IMAGE",
        "zip|a zip archive; unpack it and give a file in it",
        "gz|a gzip file; unpack it by gunzip",
        "npy|a NumPy array; read it by Npy.read",
        "json|JSON text; read a network's description, which has no weights, by NetworkDescription.read, or fovea train --model",
        "list.json|JSON text; read a network's description, which has no weights, by NetworkDescription.read, or fovea train --model",
        "html|a web page, perhaps the error page of a download; fetch the file again",
        "lfs|a pointer of Git LFS instead of the file itself; fetch the file by git lfs pull",
        "h5|an HDF5 file, as Keras writes; export the model to ONNX, then read it by Onnx.read",
        "tflite|a TensorFlow Lite model; export the model to ONNX, then read it by Onnx.read"
      })
  void load_aFileOfAnotherKind_errorNamesTheKindAndItsReader(String kind, String got)
      throws IOException {
    Path file = file(kind);
    assertThatThrownBy(() -> Models.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessage("file." + kind + ": read: expects a safetensors file, got " + got);
    if (!kind.equals("onnx")) {
      assertThatThrownBy(() -> Onnx.read(file))
          .isInstanceOf(FormatException.class)
          .hasMessage("file." + kind + ": read: expects an ONNX model, got " + got);
    }
    if (!kind.equals("npy")) {
      assertThatThrownBy(() -> Npy.read(file))
          .isInstanceOf(FormatException.class)
          .hasMessage("file." + kind + ": read: expects a NumPy array, got " + got);
    }
  }

  @Test
  void read_ofOtherBytesAsDescription_errorNamesTheKind() throws IOException {
    Path onnx = file("onnx");
    assertThatThrownBy(() -> NetworkDescription.read(onnx))
        .hasMessage(
            "file.onnx: read: expects JSON text, got an ONNX model; read it by Onnx.read, or fovea import");
  }

  @Test
  void weights_ofAPicture_sayWhatItIs() throws IOException {
    Path png = file("png");
    assertThatThrownBy(() -> WeightsFile.read(png))
        .hasMessage(
            "file.png: read: expects a safetensors file, got a PNG image; read it by Images.read, or fovea predict MODEL IMAGE");
  }

  /** The shortest files, and lengths of headers that are the signatures of other files. */
  @Test
  void of_safeTensors_isNothingElse() {
    assertThat(FileContent.of(new byte[0])).isEqualTo(FileContent.UNKNOWN);
    assertThat(FileContent.of(new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, '{'}))
        .isEqualTo(FileContent.SAFETENSORS);
    assertThat(FileContent.of(new byte[] {8, 7, 0x12, 0, 0, 0, 0, 0, ' ', '{'}))
        .isEqualTo(FileContent.SAFETENSORS);
    assertThat(FileContent.of(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, '{'}))
        .isEqualTo(FileContent.SAFETENSORS);
    assertThat(FileContent.of(text("{ this is no JSON"))).isEqualTo(FileContent.UNKNOWN);
  }

  @Test
  void of_torchScriptAndOtherZips_differByTheirFirstEntry() throws IOException {
    assertThat(FileContent.of(zip("archive/data.pkl"))).isEqualTo(FileContent.TORCH);
    assertThat(FileContent.of(zip("model/config.json"))).isEqualTo(FileContent.ZIP);
  }
}
