package io.fovea.format.tensors;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The element types of the safetensors format; this library computes with few of them. */
public enum DataType {
  BOOL(8),
  F4(4),
  F6_E2M3(6),
  F6_E3M2(6),
  U8(8),
  I8(8),
  F8_E5M2(8),
  F8_E4M3(8),
  F8_E8M0(8),
  I16(16),
  U16(16),
  F16(16),
  BF16(16),
  I32(32),
  U32(32),
  F32(32),
  C64(64),
  F64(64),
  I64(64),
  U64(64);

  /** The types of {@link #isWeight}, for messages. */
  public static final String WEIGHTS = "F16, BF16, F32 or F64";

  private final int bits;

  DataType(int bits) {
    this.bits = bits;
  }

  /** The size of one element: some types are smaller than a byte. */
  public int bits() {
    return bits;
  }

  public boolean isWeight() {
    return this == F16 || this == BF16 || this == F32 || this == F64;
  }

  static Optional<DataType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  static List<String> names() {
    return Arrays.stream(values()).map(DataType::name).toList();
  }
}
