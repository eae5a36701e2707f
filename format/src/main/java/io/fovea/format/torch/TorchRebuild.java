package io.fovea.format.torch;

import io.fovea.format.FormatException;
import io.fovea.format.tensors.TensorEntry;
import io.fovea.format.torch.TorchValue.Dict;
import io.fovea.format.torch.TorchValue.Name;
import io.fovea.format.torch.TorchValue.Storage;
import io.fovea.format.torch.TorchValue.Text;
import io.fovea.format.torch.TorchValue.Tuple;
import io.fovea.format.torch.TorchValue.View;
import io.fovea.format.torch.TorchValue.Whole;
import java.util.ArrayList;
import java.util.List;

/** The functions of {@link TorchGlobal}: they make descriptions of tensors, without values. */
record TorchRebuild(String place) {
  /** Storage, offset, sizes, strides, requires_grad and hooks; then optional properties. */
  private static final int TENSOR_ARGUMENTS = 6;

  /** The storage that a persistent id stands for: ("storage", type, key, device, elements). */
  TorchValue storage(TorchValue id) throws FormatException {
    if (id instanceof Tuple tuple
        && tuple.values().size() == 5
        && tuple.values().getFirst().equals(new Text("storage"))
        && tuple.values().get(1) instanceof Name name
        && name.global().elements().isPresent()
        && tuple.values().get(2) instanceof Text key
        && tuple.values().get(4) instanceof Whole elements
        && elements.value() >= 0) {
      return new Storage(name.global().elements().get(), key.value(), elements.value());
    }
    throw damaged("refers to something that is not a storage of tensors");
  }

  TorchValue call(TorchGlobal function, List<TorchValue> arguments) throws FormatException {
    int count = arguments.size();
    return switch (function) {
      case ORDERED_DICT -> {
        require(count == 0, "makes an OrderedDict of arguments");
        yield new Dict();
      }
      case SIZE -> {
        require(
            count == 1 && arguments.getFirst() instanceof Tuple,
            "has a torch.Size of what is no tuple");
        yield arguments.getFirst();
      }
      case REBUILD_PARAMETER -> {
        require(
            count >= 1 && arguments.getFirst() instanceof View,
            "makes a parameter of what is no tensor");
        yield arguments.getFirst();
      }
      case REBUILD_TENSOR -> view(arguments);
      default -> throw damaged("calls the type of a storage");
    };
  }

  private View view(List<TorchValue> arguments) throws FormatException {
    int count = arguments.size();
    require(
        count == TENSOR_ARGUMENTS || count == TENSOR_ARGUMENTS + 1,
        "makes a tensor of %d arguments instead of 6 or 7".formatted(count));
    if (!(arguments.get(0) instanceof Storage storage)
        || !(arguments.get(1) instanceof Whole offset)
        || !(arguments.get(2) instanceof Tuple sizes)
        || !(arguments.get(3) instanceof Tuple strides)) {
      throw damaged("makes a tensor of something else than storage, offset, sizes and strides");
    }
    if (count > TENSOR_ARGUMENTS
        && arguments.getLast() instanceof Dict lazy
        && !lazy.entries().isEmpty()) {
      throw new FormatException(
          "%s: has a tensor that is to be negated or conjugated when it is read; save tensor.clone() instead"
              .formatted(place));
    }
    View view = new View(storage, offset.value(), wholes(sizes), wholes(strides));
    checkBounds(view);
    return view;
  }

  private List<Long> wholes(Tuple tuple) throws FormatException {
    require(
        tuple.values().size() <= TensorEntry.HIGHEST_RANK,
        "has a tensor of more than %d dimensions".formatted(TensorEntry.HIGHEST_RANK));
    List<Long> wholes = new ArrayList<>();
    for (TorchValue value : tuple.values()) {
      if (!(value instanceof Whole whole) || whole.value() < 0) {
        throw damaged("has a tensor whose sizes and strides are not numbers from 0 up");
      }
      wholes.add(whole.value());
    }
    return List.copyOf(wholes);
  }

  /**
   * Checks that every element is in the storage, and that there are not more elements than it has.
   */
  private void checkBounds(View view) throws FormatException {
    require(
        view.sizes().size() == view.strides().size(),
        "has a tensor of %d sizes and %d strides"
            .formatted(view.sizes().size(), view.strides().size()));
    long available = view.storage().elements();
    long elements;
    long end;
    try {
      elements = 1;
      end = Math.addExact(view.offset(), 1);
      for (int i = 0; i < view.sizes().size(); i++) {
        long size = view.sizes().get(i);
        elements = Math.multiplyExact(elements, size);
        end = Math.addExact(end, Math.multiplyExact(Math.max(0, size - 1), view.strides().get(i)));
      }
    } catch (ArithmeticException overflow) {
      throw damaged("has a tensor larger than any file can be");
    }
    require(
        view.offset() >= 0 && (elements == 0 || end <= available),
        "has a tensor that ends at element %d of a storage of %d".formatted(end, available));
    if (elements > available) {
      throw new FormatException(
          "%s: has a tensor of %d elements on a storage of %d, an expanded one; save tensor.clone() instead"
              .formatted(place, elements, available));
    }
  }

  private void require(boolean holds, String otherwise) throws FormatException {
    if (!holds) {
      throw damaged(otherwise);
    }
  }

  private FormatException damaged(String what) {
    return new FormatException(place + ": " + what + TorchArchive.DAMAGED);
  }
}
