package io.fovea.format.torch;

import io.fovea.format.FormatException;
import io.fovea.format.message.Quotation;
import io.fovea.format.torch.TorchValue.Dict;
import io.fovea.format.torch.TorchValue.Items;
import io.fovea.format.torch.TorchValue.Name;
import io.fovea.format.torch.TorchValue.Opaque;
import io.fovea.format.torch.TorchValue.Text;
import io.fovea.format.torch.TorchValue.Truth;
import io.fovea.format.torch.TorchValue.Tuple;
import io.fovea.format.torch.TorchValue.Whole;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pickle machine (Python's pickletools.py) that makes only tensors, dicts, tuples and plain
 * values: it knows the opcodes of protocol 2 that these need, and the names of {@link TorchGlobal}.
 * It has no recursion, and no more values than a limit.
 */
final class TorchPickle {
  /** The most values on the stack and in the memo: about 20,000 tensors. */
  private static final int MOST_VALUES = 1 << 19;

  /** The most containers that are open at once. */
  private static final int DEEPEST = 100;

  private static final int LONGEST_NAME = 200;
  private static final int PROTOCOL = 2;

  private final String place;
  private final ByteBuffer bytes;
  private final TorchRebuild rebuild;
  private final List<TorchValue> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Integer, TorchValue> memo = new HashMap<>();
  private int values;

  private TorchPickle(String place, byte[] bytes) {
    this.place = place;
    this.rebuild = new TorchRebuild(place);
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The value of a pickle.
   *
   * @param place the file, the operation and the entry, for messages
   */
  static TorchValue read(String place, byte[] bytes) throws FormatException {
    TorchPickle machine = new TorchPickle(place, bytes);
    try {
      return machine.run();
    } catch (BufferUnderflowException cut) {
      throw new FormatException(place + ": ends early" + TorchArchive.DAMAGED, cut);
    }
  }

  private TorchValue run() throws FormatException {
    while (true) {
      int opcode = Byte.toUnsignedInt(bytes.get());
      if (opcode == '.') {
        return result();
      }
      step(opcode);
    }
  }

  private TorchValue result() throws FormatException {
    if (stack.size() != 1 || !marks.isEmpty() || bytes.hasRemaining()) {
      throw damaged("does not end with one value");
    }
    return stack.getFirst();
  }

  private void step(int opcode) throws FormatException {
    switch (opcode) {
      case 0x80 -> protocol(); // PROTO
      case '(' -> mark(); // MARK
      case 'N' -> push(Opaque.VALUE); // NONE
      case 0x88 -> push(new Truth(true)); // NEWTRUE
      case 0x89 -> push(new Truth(false)); // NEWFALSE
      case 'K' -> push(new Whole(Byte.toUnsignedInt(bytes.get()))); // BININT1
      case 'M' -> push(new Whole(Short.toUnsignedInt(bytes.getShort()))); // BININT2
      case 'J' -> push(new Whole(bytes.getInt())); // BININT
      case 0x8a -> push(longNumber()); // LONG1
      case 'G' -> { // BINFLOAT
        bytes.getLong();
        push(Opaque.VALUE);
      }
      case 'X' -> push(new Text(text(bytes.getInt()))); // BINUNICODE
      case '}' -> push(new Dict()); // EMPTY_DICT
      case ']' -> push(new Items()); // EMPTY_LIST
      case ')' -> push(new Tuple(List.of())); // EMPTY_TUPLE
      case 't' -> push(new Tuple(sinceMark())); // TUPLE
      case 0x85, 0x86, 0x87 -> push(new Tuple(pop(opcode - 0x84))); // TUPLE1 to TUPLE3
      case 'a' -> { // APPEND
        pop();
        top(Items.class, "a list");
      }
      case 'e' -> { // APPENDS
        sinceMark();
        top(Items.class, "a list");
      }
      case 's' -> set(pop(2)); // SETITEM
      case 'u' -> set(sinceMark()); // SETITEMS
      case 'q' -> memo.put(Byte.toUnsignedInt(bytes.get()), counted(top())); // BINPUT
      case 'r' -> memo.put(bytes.getInt(), counted(top())); // LONG_BINPUT
      case 'h' -> push(memorised(Byte.toUnsignedInt(bytes.get()))); // BINGET
      case 'j' -> push(memorised(bytes.getInt())); // LONG_BINGET
      case 'c' -> push(new Name(global())); // GLOBAL
      case 'Q' -> push(rebuild.storage(pop())); // BINPERSID
      case 'R' -> reduce(); // REDUCE
      case 'b' -> { // BUILD: an OrderedDict's attributes, such as _metadata
        pop();
        top(Dict.class, "a dict");
      }
      default ->
          throw new FormatException(
              "%s: has the opcode 0x%02x at byte %d, which a file of tensors does not need; save only the tensors, torch.save(model.state_dict(), FILE)"
                  .formatted(place, opcode, bytes.position() - 1));
    }
  }

  private void protocol() throws FormatException {
    int protocol = Byte.toUnsignedInt(bytes.get());
    if (protocol != PROTOCOL) {
      throw new FormatException(
          "%s: is written in protocol %d of pickle, expected 2, the standard of torch.save; save it again without pickle_protocol"
              .formatted(place, protocol));
    }
  }

  private void mark() throws FormatException {
    if (marks.size() == DEEPEST) {
      throw damaged("has more than " + DEEPEST + " containers within one another");
    }
    marks.add(stack.size());
  }

  private TorchValue counted(TorchValue value) throws FormatException {
    // On the stack or in the memo: a single byte of a pickle may make a value.
    if (++values > MOST_VALUES) {
      throw new FormatException(
          "%s: has more than %d values; save only the tensors, torch.save(model.state_dict(), FILE)"
              .formatted(place, MOST_VALUES));
    }
    return value;
  }

  private void push(TorchValue value) throws FormatException {
    stack.add(counted(value));
  }

  /** The number of values above the last mark. */
  private int available() {
    return stack.size() - (marks.isEmpty() ? 0 : marks.getLast());
  }

  private TorchValue top() throws FormatException {
    if (available() == 0) {
      throw damaged("takes a value where there is none");
    }
    return stack.getLast();
  }

  private <T extends TorchValue> T top(Class<T> kind, String expected) throws FormatException {
    TorchValue top = top();
    if (!kind.isInstance(top)) {
      throw damaged("fills something that is not " + expected);
    }
    return kind.cast(top);
  }

  private TorchValue pop() throws FormatException {
    top();
    return stack.removeLast();
  }

  private List<TorchValue> pop(int count) throws FormatException {
    if (available() < count) {
      throw damaged("takes %d values where there are %d".formatted(count, available()));
    }
    List<TorchValue> last = stack.subList(stack.size() - count, stack.size());
    List<TorchValue> popped = List.copyOf(last);
    last.clear();
    return popped;
  }

  private List<TorchValue> sinceMark() throws FormatException {
    if (marks.isEmpty()) {
      throw damaged("closes a container that was never opened");
    }
    List<TorchValue> popped = pop(available());
    marks.removeLast();
    return popped;
  }

  private TorchValue memorised(int index) throws FormatException {
    TorchValue value = memo.get(index);
    if (value == null) {
      throw damaged("takes value %s of its memo, which has none".formatted(index));
    }
    return value;
  }

  /** An integer in two's complement, after a byte with its length. */
  private TorchValue longNumber() {
    int length = Byte.toUnsignedInt(bytes.get());
    long value = 0;
    for (int i = 0; i < length; i++) {
      long digit = bytes.get();
      if (i < Long.BYTES) {
        boolean last = i == length - 1; // the last one has the sign
        value |= (last ? digit : digit & 0xff) << (8 * i);
      }
    }
    return length > Long.BYTES ? Opaque.VALUE : new Whole(value);
  }

  private String text(int length) throws FormatException {
    if (length < 0 || length > bytes.remaining()) {
      throw damaged(
          "should have a text of %s bytes, but only %d follow"
              .formatted(Integer.toUnsignedString(length), bytes.remaining()));
    }
    byte[] text = new byte[length];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private TorchGlobal global() throws FormatException {
    String module = line();
    String name = line();
    return TorchGlobal.named(module + ' ' + name)
        .orElseThrow(
            () ->
                new FormatException(
                    "%s: names %s of Python, which is not read: files are data, never code; save only the tensors, torch.save(model.state_dict(), FILE)"
                        .formatted(place, Quotation.name(module + "." + name))));
  }

  private String line() throws FormatException {
    StringBuilder line = new StringBuilder();
    for (int next = bytes.get(); next != '\n'; next = bytes.get()) {
      if (line.length() == LONGEST_NAME) {
        throw damaged("has a name of more than " + LONGEST_NAME + " letters");
      }
      line.append((char) (next & 0xff));
    }
    return line.toString();
  }

  private void set(List<TorchValue> keysAndValues) throws FormatException {
    Dict dict = top(Dict.class, "a dict");
    if (keysAndValues.size() % 2 != 0) {
      throw damaged("has a key without a value");
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      TorchValue key = keysAndValues.get(i);
      if (!(key instanceof Text || key instanceof Whole || key instanceof Truth)) {
        throw damaged("has a key that is neither a text nor a number");
      }
      if (dict.entries().putIfAbsent(key, keysAndValues.get(i + 1)) != null) {
        throw damaged(
            "has the key %s twice"
                .formatted(
                    key instanceof Text text
                        ? Quotation.of(text.value())
                        : Quotation.name("" + key)));
      }
    }
  }

  private void reduce() throws FormatException {
    List<TorchValue> call = pop(2);
    if (!(call.getFirst() instanceof Name name) || !(call.getLast() instanceof Tuple arguments)) {
      throw damaged("calls something that is not a name");
    }
    push(rebuild.call(name.global(), arguments.values()));
  }

  private FormatException damaged(String what) {
    return new FormatException(place + ": " + what + TorchArchive.DAMAGED);
  }
}
