package io.fovea.format.torch;

import io.fovea.format.tensors.DataType;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The only names of Python that a state dict needs; none is resolved. */
enum TorchGlobal {
  ORDERED_DICT("collections OrderedDict", null),
  REBUILD_TENSOR("torch._utils _rebuild_tensor_v2", null),
  REBUILD_PARAMETER("torch._utils _rebuild_parameter", null),
  SIZE("torch Size", null),
  FLOAT_STORAGE("torch FloatStorage", DataType.F32),
  HALF_STORAGE("torch HalfStorage", DataType.F16),
  BFLOAT16_STORAGE("torch BFloat16Storage", DataType.BF16),
  DOUBLE_STORAGE("torch DoubleStorage", DataType.F64),
  LONG_STORAGE("torch LongStorage", DataType.I64),
  INT_STORAGE("torch IntStorage", DataType.I32),
  SHORT_STORAGE("torch ShortStorage", DataType.I16),
  CHAR_STORAGE("torch CharStorage", DataType.I8),
  BYTE_STORAGE("torch ByteStorage", DataType.U8),
  BOOL_STORAGE("torch BoolStorage", DataType.BOOL),
  UNTYPED_STORAGE("torch.storage UntypedStorage", DataType.U8),
  TYPED_STORAGE("torch.storage TypedStorage", DataType.U8);

  private final String name;
  private final @Nullable DataType elements;

  TorchGlobal(String name, @Nullable DataType elements) {
    this.name = name;
    this.elements = elements;
  }

  /** The type of a storage's elements; empty for names that are not storages. */
  Optional<DataType> elements() {
    return Optional.ofNullable(elements);
  }

  /**
   * The global of a name.
   *
   * @param name module and name, a blank between
   */
  static Optional<TorchGlobal> named(String name) {
    return Arrays.stream(values()).filter(global -> global.name.equals(name)).findFirst();
  }
}
