package io.fovea.kernel.vector.microkernel;

import io.fovea.kernel.vector.microkernel.BlockDescription.First;
import io.fovea.kernel.vector.microkernel.BlockDescription.Left;
import io.fovea.kernel.vector.microkernel.BlockDescription.Terms;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A {@link BlockDescription} as text: the name of its class, its registers, and its loops. s, b and
 * c are vectors of L floats; a is one number for all lanes, or a vector.
 */
final class PseudoCode {
  private final BlockDescription d;
  private final Map<String, Integer> sizes; // known arguments; others are printed by name
  private final List<String> lines = new ArrayList<>();
  private int depth = 1;

  private PseudoCode(BlockDescription d, Map<String, Integer> sizes) {
    this.d = d;
    this.sizes = sizes;
  }

  /** The lines, with the values of these arguments; others are printed by name. */
  static List<String> of(BlockDescription d, Map<String, Integer> sizes) {
    return new PseudoCode(d, sizes).write();
  }

  /** All sizes by their fields' names, as {@code Translator} reads them. */
  static Map<String, Integer> sizes(Strides strides) {
    Map<String, Integer> sizes = new HashMap<>();
    for (Field field : Strides.class.getDeclaredFields()) {
      if (field.getType() == int.class) {
        try {
          sizes.put(field.getName(), field.getInt(strides));
        } catch (IllegalAccessException e) {
          throw new LinkageError(field.getName(), e);
        }
      }
    }
    return sizes;
  }

  private List<String> write() {
    boolean bundled = MicroKernels.isBundled(d);
    lines.add("%s (%s)".formatted(d.name(), bundled ? "in the jar" : "made at run time"));
    add(
        "// %s: %d rows x %d vectors%s, %d of %d registers"
            .formatted(
                isBroadcast() ? "broadcasts of a times vectors of b" : "vectors of a and b",
                d.groups() * d.rows(),
                d.vectors(),
                part(),
                d.registers(),
                BlockDescription.available()));
    switch (d.repeat()) {
      case ONCE -> {}
      case CHANNELS ->
          open("each vector of " + argument("repeats") + " channels: a, b, first, c += L");
      case POINTS -> open(argument("repeats") + " points: " + pointSteps());
    }
    add(sum() + " = " + firstValue());
    int outside = depth;
    loops();
    body();
    depth = outside;
    add("c[" + target() + "] = " + (d.relu() ? "max(" + sum() + ", 0)" : sum()));
    return lines;
  }

  private boolean isBroadcast() {
    return d.left() == Left.BROADCAST;
  }

  private String part() {
    return switch (d.width()) {
      case WHOLE -> "";
      case HALVES -> " in halves";
      case HALF -> ", the first half, of which " + argument("lanes") + " lanes are stored";
      case QUARTER -> ", the first quarter, of which " + argument("lanes") + " lanes are stored";
    };
  }

  private String pointSteps() {
    String first = d.first() == First.BIAS ? "first += " + argument("repeatFirst") + ", " : "";
    return "a += %s, b += %s, %sc += %s"
        .formatted(argument("repeatA"), argument("repeatB"), first, argument("repeatC"));
  }

  private String firstValue() {
    return switch (d.first()) {
      case ZERO -> "0";
      case BIAS -> "first[" + index(product("v", d.vectors(), "L")) + "]";
      case TARGET -> "c[" + target() + "]";
    };
  }

  private void loops() {
    for (String name : List.of("outer", "inner").subList(0, d.loops())) {
      open(argument(name) + ": " + steps(argument(name + "A"), argument(name + "B")));
    }
    Terms terms = d.terms();
    if (!terms.isLoop()) {
      return;
    }
    String count = size(terms.count(), "terms");
    if (terms.panels()) {
      String all = "each " + count + " of " + argument("terms") + " terms: ";
      open(all + steps(argument("outerA"), argument("outerB")));
      count += " or fewer";
    }
    open(count + ": " + steps(size(terms.a(), "termA"), size(terms.b(), "termB")));
  }

  private static String steps(String a, String b) {
    return "a += " + a + ", b += " + b;
  }

  private void body() {
    int loads = d.groups() * d.positions().length;
    String group = product("g", d.groups(), argument("group"));
    String steps = index(product("r", d.rows(), d.rowStep()), product("t", d.taps(), d.tapStep()));
    String position = steps.equals("0") ? "" : times(steps, size(d.position(), "position"));
    add(sum() + " += a[" + index(group, position) + "] * b[" + right() + "]");
    add(
        "// r < %d, v < %d, t < %d, g < %d: %d loads of b, %d %s of a, %d multiply-adds"
            .formatted(
                d.rows(),
                d.vectors(),
                d.taps(),
                d.groups(),
                d.taps() * d.vectors() * d.parts(),
                loads,
                isBroadcast() ? "broadcasts" : "loads",
                d.groups() * d.rows() * d.vectors() * d.taps() * d.parts()));
  }

  private String sum() {
    return (d.groups() > 1 ? "s[g][r]" : "s[r]") + (d.vectors() > 1 ? "[v]" : "");
  }

  private String right() {
    String beside = size(d.vector(), "vector");
    String vector =
        d.panel() >= d.vectors()
            ? product("v", d.vectors(), "L")
            : d.panel() == 1
                ? product("v", d.vectors(), beside)
                : "v/%d*%s + v%%%d*L".formatted(d.panel(), beside, d.panel());
    return index(product("t", d.taps(), argument("tap")), vector);
  }

  private String target() {
    String line = d.groups() > 1 ? "g*" + d.rows() + " + r" : "r";
    return index(
        product(line, d.groups() * d.rows(), size(d.row(), "row")),
        product("v", d.vectors(), size(d.column(), "column")));
  }

  /** variable * step; empty where the variable is always 0. */
  private static String product(String variable, int count, Object step) {
    String by = String.valueOf(step);
    return count == 1 || by.equals("0") ? "" : times(variable, by);
  }

  private static String times(String sum, String by) {
    if (by.equals("1")) {
      return sum;
    }
    return (sum.contains(" + ") ? "(" + sum + ")" : sum) + "*" + by;
  }

  private static String index(String... parts) {
    String sum = String.join(" + ", Stream.of(parts).filter(part -> !part.isEmpty()).toList());
    return sum.isEmpty() ? "0" : sum;
  }

  private String size(Extent size, String name) {
    if (size.isArgument()) {
      return argument(name);
    }
    return size.vectors() == 1 && size.floats() == 0 ? "L" : size.title();
  }

  private String argument(String name) {
    Integer value = sizes.get(name);
    return value == null ? name : value.toString();
  }

  private void open(String loop) {
    add("for " + loop);
    depth++;
  }

  private void add(String line) {
    lines.add("  ".repeat(depth) + line);
  }
}
