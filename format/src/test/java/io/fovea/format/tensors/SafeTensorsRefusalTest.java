package io.fovea.format.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.fovea.format.FormatException;
import io.fovea.format.WeightsFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Hostile and damaged files: each ends in one clear sentence, before anything large is allocated.
 */
class SafeTensorsRefusalTest {
  private static final String DAMAGED = "; the file is damaged, fetch or write it again";

  @TempDir Path folder;

  private void refuses(byte[] bytes, String message) throws IOException {
    Path file = Files.write(folder.resolve("bad.safetensors"), bytes);
    assertThatThrownBy(() -> SafeTensors.open(file))
        .isInstanceOf(FormatException.class)
        .hasMessage("bad.safetensors: read: " + message);
  }

  private void refuses(String header, int dataLength, String message) throws IOException {
    refuses(RawFile.bytes(header, new byte[dataLength]), message);
  }

  @Test
  void open_noSuchFile_isRefused() {
    assertThatThrownBy(() -> SafeTensors.open(folder.resolve("none.safetensors")))
        .isInstanceOf(FormatException.class)
        .hasMessage("none.safetensors: read: there is no such file; check the path");
  }

  @Test
  void open_folder_isRefused() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("run"));
    assertThatThrownBy(() -> SafeTensors.open(inner))
        .hasMessage("run: read: expects a file, got a folder; give the name of a file in it");
  }

  @Test
  void open_hugeSparseFile_readsTheHeaderAlone() throws IOException {
    Path file = RawFile.write(folder, "{}", new byte[0]);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    assertThatThrownBy(() -> SafeTensors.open(file))
        .hasMessage(
            "file.safetensors: read: 1099511627766 bytes at the end of the data belong to no tensor"
                + DAMAGED);
  }

  @Test
  void open_headerNotUtf8_isRefused() throws IOException {
    byte[] header = {'{', '"', (byte) 0xc3, (byte) 0x28, '"', ':', '1', '}'};
    refuses(
        RawFile.bytes(header.length, header, new byte[0]),
        "the header must be text in UTF-8, got other bytes; this is no safetensors file, or it is damaged");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1000 | the header should have 1000 bytes, but only 20 follow; the file is cut off, fetch or write it again
          100000001 | the header may have at most 100000000 bytes, got 100000001; this is no safetensors file, or it is damaged
          9223372036854775807 | the header may have at most 100000000 bytes, got 9223372036854775807; this is no safetensors file, or it is damaged
          -1 | the header may have at most 100000000 bytes, got 18446744073709551615; this is no safetensors file, or it is damaged
          """)
  void open_headerOfAnotherLength_isRefused(long claimed, String message) throws IOException {
    refuses(RawFile.bytes(claimed, new byte[20], new byte[0]), message);
  }

  @Test
  void open_shorterThanEightBytes_isRefused() throws IOException {
    refuses(
        new byte[5],
        "a safetensors file begins with the 8 bytes of its header's length, got 5 bytes in all; this is no safetensors file, or it is cut off");
  }

  /** T(name, from, to) is a tensor of as many floats. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          {"w" 1} | 0 | the header is not valid JSON, line 1, column 6: Unexpected character ('1' (code 49)): was expecting a colon to separate property name and value
          {"w":{"dtype":"F32", | 0 | the header is not valid JSON, line 1, column 21: Unexpected end-of-input within/between Object entries
          {NUL} | 0 | the header is not valid JSON, line 1, column 2: Illegal character ((CTRL-CHAR, code 0)): only regular white space (\\r, \\n, \\t) is allowed between tokens
          EMPTY | 0 | the header must be a JSON object, got something else
          [1] | 0 | the header must be a JSON object, got something else
          "text" | 0 | the header must be a JSON object, got something else
          12 | 0 | the header must be a JSON object, got something else
          null | 0 | the header must be a JSON object, got something else
          DEEP | 0 | the header must be a JSON object, got something else
          {} {} | 0 | the header must end behind its JSON object, got more text
          {T(w, 0, 4), T(w, 0, 4)} | 4 | the header is not valid JSON, line 1, column 59: Duplicate Object property "w"
          {"__metadata__":[1]} | 0 | __metadata__ must be an object of texts
          {"__metadata__":null} | 0 | __metadata__ must be an object of texts
          {"__metadata__":{"k":1}} | 0 | __metadata__ "k" must be a text
          {"__metadata__":{"k":null}} | 0 | __metadata__ "k" must be a text
          {"__metadata__":{"k":{"deep":1}}} | 0 | __metadata__ "k" must be a text
          {T(w, 0, 400)} | 4 | tensor "w" ends at byte 400, but there are only 4 bytes of data
          {T(a, 0, 8), T(b, 4, 12)} | 12 | tensor "b" overlaps tensor "a"
          {T(a, 0, 4), T(b, 0, 4)} | 4 | tensor "b" overlaps tensor "a"
          {T(a, 0, 4), T(b, 8, 12)} | 12 | 4 bytes of data before tensor "b" belong to no tensor
          {T(w, 0, 4)} | 5 | 1 byte at the end of the data belong to no tensor
          {"\\u001b[2J\\nok":[]} | 0 | tensor "\\u001b[2J\\u000aok" must have an object of dtype, shape and data_offsets
          """)
  void open_headerThatCannotBe_isRefused(String header, int data, String message)
      throws IOException {
    String text =
        Pattern.compile("T\\((\\w), (\\d+), (\\d+)\\)")
            .matcher(
                header
                    .replace("EMPTY", "")
                    .replace("DEEP", "[".repeat(100_000))
                    .replace("NUL", "\0"))
            .replaceAll(
                tensor ->
                    "\"%s\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[%s,%s]}"
                        .formatted(
                            tensor.group(1),
                            (Integer.parseInt(tensor.group(3)) - Integer.parseInt(tensor.group(2)))
                                / 4,
                            tensor.group(2),
                            tensor.group(3)));
    refuses(text, data, message + DAMAGED);
  }

  @Test
  void open_typeOrDimensionsOfNone_areRefused() throws IOException {
    String known =
        "; known are BOOL, F4, F6_E2M3, F6_E3M2, U8, I8, F8_E5M2, F8_E4M3, F8_E8M0, I16, U16, F16, BF16, I32, U32, F32, C64, F64, I64, U64";
    refuses(
        "{\"w\":{\"dtype\":\"float\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        4,
        "tensor \"w\" has the unknown dtype \"float\"" + known);
    refuses(
        "{\"w\":{\"dtype\":" + "[".repeat(100_000),
        0,
        "tensor \"w\" has the unknown dtype \"[\"" + known);
    refuses(
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[" + "1,".repeat(1000) + "1],\"data_offsets\":[0,4]}}",
        4,
        "tensor \"w\": shape may have at most 64 numbers" + DAMAGED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "[1,2]| must have an object of dtype, shape and data_offsets",
        "{\"dtype\":\"F32\",\"shape\":[1]}| must have a dtype, a shape and two data_offsets",
        "{\"dtype\":\"F32\",\"data_offsets\":[0,4]}| must have a dtype, a shape and two data_offsets",
        "{\"shape\":[1],\"data_offsets\":[0,4]}| must have a dtype, a shape and two data_offsets",
        "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4]}| must have a dtype, a shape and two data_offsets",
        "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}|: data_offsets may have at most 2 numbers",
        "{\"dtype\":\"F32\",\"shape\":[1],\"offsets\":[0,4]}| must have only dtype, shape and data_offsets, got \"offsets\"",
        "{\"dtype\":\"F32\",\"shape\":4}|: shape must be a list of whole numbers",
        "{\"dtype\":\"F32\",\"shape\":[1.0]}|: shape must have whole numbers only",
        "{\"dtype\":\"F32\",\"shape\":[\"1\"]}|: shape must have whole numbers only",
        "{\"dtype\":\"F32\",\"shape\":[[[[[1]]]]]}|: shape must have whole numbers only",
        "{\"dtype\":\"F32\",\"shape\":[-1]}|: shape must have numbers from 0 to 9223372036854775807, got -1",
        "{\"dtype\":\"F32\",\"shape\":[9223372036854775808]}|: shape must have numbers from 0 to 9223372036854775807, got 9223372036854775808",
        "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}|: data_offsets must have numbers from 0 to 9223372036854775807, got -4",
        "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}| must begin before it ends, got data_offsets 4 and 0",
        "{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,4]}| needs 12 bytes for shape 3 of F32, got data_offsets over 4 bytes",
        "{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,1]}| needs 4 bytes for shape a single number of F32, got data_offsets over 1 byte",
        "{\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,2]}| needs 12 bits (no whole bytes) for shape 3 of F4, got data_offsets over 2 bytes",
        "{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}| is larger than any file can be, got shape 4294967296x4294967296",
        "{\"dtype\":\"F64\",\"shape\":[1152921504606846976],\"data_offsets\":[0,4]}| is larger than any file can be, got shape 1152921504606846976"
      })
  void open_tensorThatCannotBe_isRefused(String tensor, String message) throws IOException {
    refuses(
        "{\"w\":" + tensor + "}",
        4,
        "tensor \"w\"" + (message.startsWith(":") ? "" : " ") + message + DAMAGED);
  }

  /** Thousands of tensors without values take the memory of their names. */
  @Test
  void read_manyEmptyTensors_allocatesLittle() throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < 10_000; i++) {
      header.append(i == 0 ? "" : ",").append("\"t").append(i);
      header.append("\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}");
    }
    Path file = RawFile.write(folder, header.append('}').toString(), new byte[0]);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    long before = threads.getCurrentThreadAllocatedBytes();
    WeightsFile.read(file);

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000_000);
  }
}
