package io.fovea.format.torch;

import io.fovea.format.tensors.DataType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value in a pickle of tensors. */
sealed interface TorchValue {
  /** None, and numbers that are not needed here: floats and integers of more than 64 bits. */
  enum Opaque implements TorchValue {
    VALUE
  }

  record Truth(boolean value) implements TorchValue {}

  record Whole(long value) implements TorchValue {}

  record Text(String value) implements TorchValue {}

  record Tuple(List<TorchValue> values) implements TorchValue {}

  /** A list, whose values are not needed here. */
  record Items() implements TorchValue {}

  /** A dict or an OrderedDict; mutable, so compared by identity. */
  final class Dict implements TorchValue {
    private final Map<TorchValue, TorchValue> entries = new LinkedHashMap<>();

    Map<TorchValue, TorchValue> entries() {
      return entries;
    }
  }

  record Name(TorchGlobal global) implements TorchValue {}

  /**
   * A storage, which has its own entry.
   *
   * @param key the last part of the entry's name
   */
  record Storage(DataType type, String key, long elements) implements TorchValue {}

  /**
   * A view of a storage.
   *
   * @param offset of its first element
   * @param strides the elements between neighbours in each dimension
   */
  record View(Storage storage, long offset, List<Long> sizes, List<Long> strides)
      implements TorchValue {
    /** The number of its elements; the caller of the constructor has checked that it fits. */
    long elements() {
      long elements = 1;
      for (long size : sizes) {
        elements *= size;
      }
      return elements;
    }

    /** The number of elements of the storage from its first to its last one. */
    long span() {
      long span = 1;
      for (int i = 0; i < sizes.size(); i++) {
        if (sizes.get(i) == 0) {
          return 0;
        }
        span += (sizes.get(i) - 1) * strides.get(i);
      }
      return span;
    }

    /** Whether its elements are contiguous in row-major order. */
    boolean isContiguous() {
      long expected = 1;
      for (int i = sizes.size() - 1; i >= 0; i--) {
        if (sizes.get(i) != 1) {
          if (strides.get(i) != expected) {
            return false;
          }
          expected *= sizes.get(i);
        }
      }
      return true;
    }
  }
}
