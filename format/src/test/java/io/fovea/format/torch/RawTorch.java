package io.fovea.format.torch;

import io.fovea.format.tensors.RawFile;
import io.fovea.tensor.Shape;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.CRC32;

/**
 * Files of torch.save made byte by byte, without the code under test: local headers without sizes,
 * content at multiples of 64, data descriptors and the 64-bit end of the directory, as PyTorch 2.6
 * writes them.
 */
final class RawTorch {
  private static final int ALIGNMENT = 64;

  private RawTorch() {}

  /** A tensor of a state dict. */
  record Given(String name, Supplier<float[]> values, Shape shape) {}

  /** Writes a state dict of floats, and of counts where a name ends so. */
  static Path write(Path file, List<Given> tensors) throws IOException {
    Map<String, Supplier<byte[]>> entries = new LinkedHashMap<>();
    Pickle pickle = new Pickle().dict().op('(');
    for (int i = 0; i < tensors.size(); i++) {
      Given tensor = tensors.get(i);
      boolean isCount = tensor.name().endsWith("num_batches_tracked");
      long[] sizes = Arrays.stream(tensor.shape().sizes()).asLongStream().toArray();
      long[] strides = new long[sizes.length];
      long stride = 1;
      for (int d = sizes.length - 1; d >= 0; d--) {
        strides[d] = stride;
        stride *= sizes[d];
      }
      pickle.text(tensor.name());
      pickle.tensor(isCount ? "LongStorage" : "FloatStorage", i, stride, 0, sizes, strides);
      entries.put(
          "a/data/" + i,
          () ->
              isCount
                  ? RawFile.longs((long) tensor.values().get()[0])
                  : RawFile.floats(tensor.values().get()));
    }
    byte[] facts = pickle.op('u').end();
    Map<String, Supplier<byte[]>> all = new LinkedHashMap<>();
    all.put("a/data.pkl", () -> facts);
    all.put("a/byteorder", () -> ascii("little"));
    all.putAll(entries);
    all.put("a/version", () -> ascii("3\n"));
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      zip(out, all);
    }
    return file;
  }

  static byte[] file(byte[] pickle, byte[]... storages) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a/data.pkl", pickle);
    entries.put("a/version", ascii("3\n"));
    for (int i = 0; i < storages.length; i++) {
      entries.put("a/data/" + i, storages[i]);
    }
    return zip(entries);
  }

  static byte[] zip(Map<String, byte[]> entries) {
    Map<String, Supplier<byte[]>> suppliers = new LinkedHashMap<>();
    entries.forEach((name, content) -> suppliers.put(name, () -> content));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      zip(out, suppliers);
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
    return out.toByteArray();
  }

  private static void zip(OutputStream out, Map<String, Supplier<byte[]>> entries)
      throws IOException {
    Little directory = new Little();
    long position = 0;
    for (Map.Entry<String, Supplier<byte[]>> entry : entries.entrySet()) {
      byte[] name = entry.getKey().getBytes(StandardCharsets.UTF_8);
      byte[] content = entry.getValue().get();
      CRC32 crc = new CRC32();
      crc.update(content);
      int sum = (int) crc.getValue();
      int begin = 30 + name.length + 4;
      int padding = (int) (ALIGNMENT - (position + begin) % ALIGNMENT);
      Little local = new Little().ints(0x04034b50).shorts(0, 0x0808, 0, 0, 0).ints(0, 0, 0);
      local.shorts(name.length, padding + 4).bytes(name).bytes(ascii("FB")).shorts(padding);
      out.write(local.bytes(ascii("Z".repeat(padding))).end());
      out.write(content);
      out.write(new Little().ints(0x08074b50, sum, content.length, content.length).end());
      directory.ints(0x02014b50).shorts(0, 0, 0x0808, 0, 0, 0);
      directory.ints(sum, content.length, content.length).shorts(name.length, 0, 0, 0, 0);
      directory.ints(0, (int) position).bytes(name);
      position += begin + padding + content.length + 16;
    }
    byte[] central = directory.end();
    out.write(central);
    int count = entries.size();
    Little last = new Little().ints(0x06064b50).longs(44).ints(0x002d031e, 0, 0);
    last.longs(count, count, central.length, position).ints(0x07064b50, 0);
    last.longs(position + central.length).ints(1, 0x06054b50).shorts(0, 0, count, count);
    out.write(last.ints(central.length, (int) position).shorts(0).end());
  }

  /** Numbers in a row, little-endian. */
  private static final class Little {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Little shorts(int... values) {
      Arrays.stream(values).forEach(value -> put(value, 2));
      return this;
    }

    Little ints(int... values) {
      Arrays.stream(values).forEach(value -> put(value, 4));
      return this;
    }

    Little longs(long... values) {
      Arrays.stream(values).forEach(value -> put(value, 8));
      return this;
    }

    Little bytes(byte[] bytes) {
      out.writeBytes(bytes);
      return this;
    }

    private void put(long value, int width) {
      for (int i = 0; i < width; i++) {
        out.write((int) (value >> (8 * i)));
      }
    }

    byte[] end() {
      return out.toByteArray();
    }
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Opcodes in a row, as Python's pickler writes them. */
  static final class Pickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Pickle() {
      raw(0x80, 2);
    }

    Pickle op(char opcode) {
      return raw(opcode);
    }

    Pickle raw(int... bytes) {
      for (int b : bytes) {
        out.write(b);
      }
      return this;
    }

    Pickle text(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      out.write('X');
      out.writeBytes(new Little().ints(bytes.length).end());
      out.writeBytes(bytes);
      return this;
    }

    /** LONG1 of eight bytes, which holds every long. */
    Pickle whole(long value) {
      raw(0x8a, 8);
      out.writeBytes(RawFile.longs(value));
      return this;
    }

    Pickle global(String module, String name) {
      out.write('c');
      out.writeBytes(ascii(module + "\n" + name + "\n"));
      return this;
    }

    Pickle dict() {
      return global("collections", "OrderedDict").op(')').op('R');
    }

    Pickle wholes(long... values) {
      op('(');
      Arrays.stream(values).forEach(this::whole);
      return op('t');
    }

    Pickle storage(String type, Object key, long elements) {
      op('(').text("storage").global("torch", type).text("" + key).text("cpu").whole(elements);
      return op('t').op('Q');
    }

    Pickle tensor(
        String type, Object key, long elements, long offset, long[] sizes, long[] strides) {
      global("torch._utils", "_rebuild_tensor_v2").op('(').storage(type, key, elements);
      whole(offset).wholes(sizes).wholes(strides).raw(0x89).dict();
      return op('t').op('R');
    }

    byte[] end() {
      out.write('.');
      return out.toByteArray();
    }
  }
}
