package io.fovea.format.tensors;

import io.fovea.file.AtomicFile;
import io.fovea.format.FormatException;
import io.fovea.format.content.OutputFile;
import io.fovea.format.json.StrictJson;
import io.fovea.format.message.Quotation;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;

/**
 * The content of a safetensors file: the same content gives the same bytes. Tensors keep the order
 * in which they are added, I64 before F32, and the data begins at a multiple of 8, so that every
 * value is aligned for readers that map the file.
 */
public final class SafeTensorsWriter implements AtomicFile.Content {
  private static final int PIECE = 1 << 16;

  /**
   * One tensor: its values, a long[] or float[], are requested when they are written, so that only
   * one copy exists at a time.
   */
  private record Tensor(String name, DataType type, Shape shape, Supplier<?> values) {}

  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<Tensor> longs = new ArrayList<>();
  private final List<Tensor> floats = new ArrayList<>();
  private final Set<String> names = new LinkedHashSet<>();

  public SafeTensorsWriter metadata(String key, String text) {
    metadata.put(key, text);
    return this;
  }

  public SafeTensorsWriter floats(String name, Shape shape, Supplier<float[]> values) {
    floats.add(new Tensor(fresh(name), DataType.F32, shape, values));
    return this;
  }

  public SafeTensorsWriter longs(String name, Shape shape, Supplier<long[]> values) {
    longs.add(new Tensor(fresh(name), DataType.I64, shape, values));
    return this;
  }

  private String fresh(String name) {
    if (name.equals(SafeTensorsHeader.METADATA) || !names.add(name)) {
      throw new IllegalArgumentException(
          "write: the name " + Quotation.of(name) + " is taken; every tensor needs its own");
    }
    return name;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    byte[] header = header();
    ByteBuffer prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(prefix.putLong(0, header.length).array());
    out.write(header);
    byte[] bytes = new byte[PIECE];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (Tensor tensor : tensors()) {
      Object values = tensor.values.get();
      int length = Array.getLength(values);
      checkLength(tensor, length);
      int size = tensor.type.bits() / 8;
      int step = PIECE / size;
      for (long offset = 0; offset < length; offset += step) {
        int count = (int) Math.min(step, length - offset);
        if (values instanceof long[] wholes) {
          buffer.asLongBuffer().put(wholes, (int) offset, count);
        } else {
          buffer.asFloatBuffer().put((float[]) values, (int) offset, count);
        }
        out.write(bytes, 0, count * size);
      }
    }
  }

  private List<Tensor> tensors() {
    return Stream.concat(longs.stream(), floats.stream()).toList();
  }

  private static void checkLength(Tensor tensor, int values) {
    int expected = tensor.shape.elements();
    if (values != expected) {
      throw new IllegalArgumentException(
          "write: %s of shape %s needs %d values, got %d"
              .formatted(Quotation.name(tensor.name), tensor.shape, expected, values));
    }
  }

  private byte[] header() throws FormatException {
    String text = StrictJson.object(this::writeMembers);
    ByteBuffer encoded;
    try {
      encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException half) {
      throw new FormatException(
          "write: a name or label has half of a surrogate pair, which UTF-8 cannot hold; correct it",
          half);
    }
    int used = encoded.remaining();
    // Spaces up to a multiple of 8 align the data for readers that map the file.
    byte[] header = new byte[(used + 7) / 8 * 8];
    Arrays.fill(header, (byte) ' ');
    encoded.get(header, 0, used);
    return header;
  }

  private void writeMembers(JsonGenerator json) {
    if (!metadata.isEmpty()) {
      json.writeObjectPropertyStart(SafeTensorsHeader.METADATA);
      metadata.forEach(json::writeStringProperty);
      json.writeEndObject();
    }
    long offset = 0;
    for (Tensor tensor : tensors()) {
      offset = writeTensor(json, tensor, offset);
    }
  }

  private static long writeTensor(JsonGenerator json, Tensor tensor, long begin) {
    long end = begin + (long) tensor.shape.elements() * tensor.type.bits() / 8;
    json.writeObjectPropertyStart(tensor.name);
    json.writeStringProperty("dtype", tensor.type.name());
    json.writeName("shape");
    int[] sizes = tensor.shape.sizes();
    json.writeArray(sizes, 0, sizes.length);
    json.writeName("data_offsets");
    json.writeArray(new long[] {begin, end}, 0, 2);
    json.writeEndObject();
    return end;
  }

  public void write(Path target) throws FormatException {
    OutputFile.write(target, this);
  }
}
