package io.fovea.format.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.format.FormatException;
import io.fovea.format.onnx.value.ElementType;
import io.fovea.format.onnx.value.NdArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that numpy wrote (resources, onnx/fixtures.py), and bad ones. */
class NpyTest {
  private static final int[] DIMS = {2, 3};

  @TempDir Path folder;

  private static NdArray read(String name) throws FormatException {
    return Npy.read(Fixtures.file(name));
  }

  @Test
  void read_numpysFiles_haveTheirValues() throws FormatException {
    NdArray floats = NdArray.of(DIMS, 0f, 1f, 2f, 3f, 4f, 5f);
    for (String name : List.of("c_float32", "version2", "version3", "float16")) {
      assertThat(read(name + ".npy")).as(name).isEqualTo(floats);
    }
    assertThat(read("fortran_float64.npy")).isEqualTo(NdArray.of(DIMS, 0.0, 1, 2, 3, 4, 5));
    assertThat(read("big_int64.npy")).isEqualTo(NdArray.of(DIMS, 0L, 1, 2, 3, 4, 5));
    assertThat(read("big_int32.npy")).isEqualTo(NdArray.of(DIMS, 0, 1, 2, 3, 4, 5));
    assertThat(read("int8.npy"))
        .isEqualTo(NdArray.of(ElementType.INT8, DIMS, new byte[] {-3, -2, -1, 0, 1, 2}));
    assertThat(read("uint8.npy"))
        .isEqualTo(NdArray.of(ElementType.UINT8, DIMS, new byte[] {-6, -5, -4, -3, -2, -1}));
    assertThat(read("bool.npy"))
        .isEqualTo(NdArray.of(ElementType.BOOL, DIMS, new byte[] {1, 0, 1, 0, 1, 0}));
    assertThat(read("scalar.npy")).isEqualTo(NdArray.scalar(2.5f));
    assertThat(read("empty.npy")).isEqualTo(NdArray.zeros(ElementType.FLOAT, 0, 3));
  }

  @Test
  void write_whatNumpyWrote_isTheSameFile() throws IOException {
    for (String name :
        List.of("c_float32", "int8", "uint8", "bool", "scalar", "empty", "small_cnn_x")) {
      Path copy = folder.resolve("copy.npy");
      Npy.write(read(name + ".npy"), copy);
      assertThat(copy).as(name).hasSameBinaryContentAs(Fixtures.file(name + ".npy"));
    }
  }

  @Test
  void read_otherFiles_areRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text.npy"), "no numpy file at all");
    assertThatThrownBy(() -> Npy.read(text))
        .hasMessage(
            "text.npy: read: this is no .npy file, or it is cut off; write it with numpy.save");
    assertThatThrownBy(() -> Npy.read(folder.resolve("none.npy")))
        .hasMessage("none.npy: read: there is no such file; check the path");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          '<f4', SHAPE (3,), } | shape 3 of f4 needs 12 bytes, got 8; the file is damaged or cut off
          '<f4', SHAPE (2,2147483647,2147483647), } | the shape (2,2147483647,2147483647) cannot be read; the file is damaged
          '<f4', SHAPE (99999999999,), } | the shape (99999999999,) cannot be read; the file is damaged
          '<f4', SHAPE (ONES), } | expects at most 64 dimensions, got 65; the file is damaged
          '<c8', SHAPE (1,), } | expects elements of f2, f4, f8, i1, i4, i8, u1 or b1, got c8; convert it with numpy.astype
          [('a', '<f4')], SHAPE (1,), } | expects numbers or truth values in a header of descr, fortran_order and shape, got "HEADER"
          '<f4', SHAPE (-2,), } | expects numbers or truth values in a header of descr, fortran_order and shape, got "HEADER"
          """)
  void read_headerThatCannotBe_isRefused(String facts, String message) throws IOException {
    String header =
        "{'descr': "
            + facts
                .replace("SHAPE", "'fortran_order': False, 'shape':")
                .replace("ONES", "1, ".repeat(65));
    ByteBuffer bytes = ByteBuffer.allocate(10 + header.length() + 8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    bytes.putShort((short) header.length()).put(header.getBytes(StandardCharsets.ISO_8859_1));
    Path file = Files.write(folder.resolve("bad.npy"), bytes.array());
    assertThatThrownBy(() -> Npy.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessage("bad.npy: read: " + message.replace("HEADER", header));
  }
}
