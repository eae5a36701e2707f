package io.fovea.format.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.format.FormatException;
import io.fovea.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsTest {
  @TempDir Path folder;

  private static byte[] bytes(SafeTensorsWriter writer) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.writeTo(out);
    return out.toByteArray();
  }

  private static TensorEntry entry(SafeTensors open, String name) {
    return Objects.requireNonNull(open.tensors().get(name));
  }

  private Path file(SafeTensorsWriter writer) throws IOException {
    return Files.write(folder.resolve("file.safetensors"), bytes(writer));
  }

  @Test
  void writer_oneTensor_givesTheBytesOfTheFormat() throws IOException {
    byte[] written =
        bytes(
            new SafeTensorsWriter()
                .metadata("note", "n")
                .floats("b", Shape.of(2), () -> new float[] {1, -2}));
    String header =
        "{\"__metadata__\":{\"note\":\"n\"},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
    String padded = header + " ".repeat((8 - header.length() % 8) % 8);

    assertThat(written).isEqualTo(RawFile.bytes(padded, RawFile.floats(1, -2)));
  }

  @Test
  void writer_anyNames_alignsTheDataToEightBytes() throws IOException {
    for (int length = 1; length <= 9; length++) {
      byte[] written =
          bytes(
              new SafeTensorsWriter()
                  .floats("x".repeat(length), Shape.of(1), () -> new float[] {3}));
      long header = RawFile.little(written).getLong(0);

      assertThat(header % 8).isZero();
      assertThat(written).hasSize((int) (8 + header + 4));
    }
  }

  @Test
  void writer_longsAfterFloats_putsLongsFirstSoThatTheyAreAligned() throws IOException {
    Path file =
        file(
            new SafeTensorsWriter()
                .floats("odd", Shape.of(3), () -> new float[] {1, 2, 3})
                .longs("count", Shape.of(), () -> new long[] {Long.MIN_VALUE}));

    try (SafeTensors open = SafeTensors.open(file)) {
      assertThat(open.tensors().keySet()).containsExactly("count", "odd");
      TensorEntry count = entry(open, "count");
      assertThat(count.begin()).isZero();
      assertThat(count.sizes()).isEmpty();
      assertThat(open.longs(count)).containsExactly(Long.MIN_VALUE);
    }
  }

  @Test
  void roundTrip_everyKindOfFloat_keepsTheBits() throws IOException {
    float[] values = {
      0f,
      -0f,
      Float.MIN_VALUE,
      Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.NaN,
      Float.intBitsToFloat(0x7fc12345)
    };
    Path file = file(new SafeTensorsWriter().floats("w", Shape.of(7), () -> values));

    try (SafeTensors open = SafeTensors.open(file)) {
      float[] read = open.floats(entry(open, "w"));
      assertThat(IntStream.range(0, 7).map(i -> Float.floatToRawIntBits(read[i])))
          .containsExactlyElementsOf(
              IntStream.range(0, 7).map(i -> Float.floatToRawIntBits(values[i])).boxed().toList());
    }
  }

  @Test
  void roundTrip_moreThanOnePiece_keepsEveryValue() throws IOException {
    float[] values = new float[100_003];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 0.5f;
    }
    long[] counts = IntStream.range(0, 20_001).mapToLong(i -> -i).toArray();
    Path file =
        file(
            new SafeTensorsWriter()
                .floats("w", Shape.of(100_003), () -> values)
                .longs("n", Shape.of(20_001), () -> counts));

    try (SafeTensors open = SafeTensors.open(file)) {
      assertThat(open.floats(entry(open, "w"))).isEqualTo(values);
      assertThat(open.longs(entry(open, "n"))).isEqualTo(counts);
    }
  }

  @Test
  void read_layoutOfTheReferenceImplementation_isUnderstood() throws IOException {
    // Its writer sorts by type, then by name, may leave metadata out, and pads with spaces.
    byte[] data = RawFile.join(RawFile.doubles(0.1, -4), RawFile.floats(1, 2, 3, 4, 5, 6));
    Path file =
        RawFile.write(
            folder,
            """
            {"running":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},\
            "attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[16,40]},\
            "empty":{"shape":[0,5],"data_offsets":[40,40],"dtype":"F32"}}"""
                + "      ",
            data);

    try (SafeTensors open = SafeTensors.open(file)) {
      assertThat(open.metadata()).isEmpty();
      assertThat(open.floats(entry(open, "attn.0"))).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(open.floats(entry(open, "running"))).containsExactly(0.1f, -4f);
      assertThat(open.floats(entry(open, "empty"))).isEmpty();
      assertThat(entry(open, "attn.0").shapeText()).isEqualTo("1x2x3");
    }
  }

  @Test
  void read_headerOrderOtherThanDataOrder_isUnderstood() throws IOException {
    Path file =
        RawFile.write(
            folder,
            """
            {"second":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},\
            "first":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
            RawFile.floats(1, 2));

    try (SafeTensors open = SafeTensors.open(file)) {
      assertThat(open.tensors().keySet()).containsExactly("first", "second");
      assertThat(open.floats(entry(open, "second"))).containsExactly(2);
    }
  }

  @Test
  void floats_otherKnownType_isNamedWhenAskedFor() throws IOException {
    Path file =
        RawFile.write(
            folder,
            """
            {"short":{"dtype":"I16","shape":[2],"data_offsets":[0,4]},\
            "four":{"dtype":"F4","shape":[2],"data_offsets":[4,5]}}""",
            new byte[5]);

    try (SafeTensors open = SafeTensors.open(file)) {
      assertThatThrownBy(() -> open.floats(entry(open, "short")))
          .isInstanceOf(FormatException.class)
          .hasMessage(
              "file.safetensors: read: tensor \"short\" is I16, expected F16, BF16, F32 or F64; convert it where it was written");
      assertThatThrownBy(() -> open.longs(entry(open, "four")))
          .isInstanceOf(FormatException.class)
          .hasMessage(
              "file.safetensors: read: tensor \"four\" is F4, expected I64; convert it where it was written");
    }
  }

  @Test
  void floats_doubleTooLargeForAFloat_isRefused() throws IOException {
    Path file =
        RawFile.write(
            folder,
            "{\"w\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}",
            RawFile.doubles(1e300));

    try (SafeTensors open = SafeTensors.open(file)) {
      assertThatThrownBy(() -> open.floats(entry(open, "w")))
          .hasMessage(
              "file.safetensors: read: tensor \"w\" has the value 1.0E300, too large for a float; scale it down");
    }
  }

  @Test
  void floats_fileCutAfterOpening_errorNamesTheFile() throws IOException {
    Path file =
        RawFile.write(
            folder,
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
            RawFile.floats(1, 2));

    try (SafeTensors open = SafeTensors.open(file)) {
      byte[] all = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(all, all.length - 4));
      assertThatThrownBy(() -> open.floats(entry(open, "w")))
          .hasMessage(
              "file.safetensors: read: ends early; somebody else may be writing it, try again");
    }
  }

  @Test
  void writer_namesOrValuesThatCannotBe_areRefused() {
    SafeTensorsWriter writer = new SafeTensorsWriter().floats("w", Shape.of(1), () -> new float[1]);
    assertThatThrownBy(() -> writer.longs("w", Shape.of(1), () -> new long[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("write: the name \"w\" is taken; every tensor needs its own");
    assertThatThrownBy(
            () -> bytes(new SafeTensorsWriter().floats("w", Shape.of(2, 2), () -> new float[3])))
        .hasMessage("write: w of shape 2x2 needs 4 values, got 3");
    assertThatThrownBy(() -> bytes(new SafeTensorsWriter().metadata("a", "\ud800")))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "write: a name or label has half of a surrogate pair, which UTF-8 cannot hold; correct it");
  }

  @Test
  void metadata_anyText_comesBack() throws IOException {
    String text = "quotes \" and \\, a line\nbreak, \u00e4\u6570\ud83d\ude00";
    Path file = file(new SafeTensorsWriter().metadata("text", text));

    try (SafeTensors open = SafeTensors.open(file)) {
      assertThat(open.metadata()).containsEntry("text", text);
    }
    assertThat(new String(Files.readAllBytes(file), StandardCharsets.UTF_8)).contains("\u6570");
  }
}
