package io.fovea.cli.train.flags;

import io.fovea.cli.screen.UsageException;
import io.fovea.cli.screen.WrongUsage;
import io.fovea.network.DidYouMean;
import io.fovea.random.RandomKey;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The values of {@code sweep}: flags of {@code train}, each with a list of values or a range. */
public final class SweepSpace {
  // a number on one side, so that ../FILE is none
  private static final Pattern RANGE =
      Pattern.compile("(?=[0-9+-]|.*\\.\\.[0-9+-])([^/]*?)\\.\\.([^/]*)");
  private static final int MOST = 10_000;
  private static final int DIGITS = 3;

  /** One flag: its values, or the bounds of random ones. */
  private record Dimension(List<String> values, @Nullable Bounds bounds) {}

  /** Inclusive bounds; random values are integers if both bounds are. */
  private record Bounds(double low, double high, boolean whole) {
    /** A log-uniform random value, which suits rates and sizes. */
    String draw(double share) {
      double value = Math.exp(Math.log(low) + share * (Math.log(high) - Math.log(low)));
      return whole
          ? Long.toString(Math.clamp(Math.round(value), (long) low, (long) high))
          : new BigDecimal(value)
              .round(new MathContext(DIGITS))
              .max(BigDecimal.valueOf(low))
              .min(BigDecimal.valueOf(high))
              .stripTrailingZeros()
              .toPlainString();
    }
  }

  private final Map<String, Dimension> dimensions = new LinkedHashMap<>();

  /**
   * Reads {@code --grid} flags, {@code NAME=V1,V2,...} or {@code NAME=LOW..HIGH}.
   *
   * @throws UsageException if one is malformed or is not a flag of a run
   */
  public static SweepSpace of(List<String> grids) {
    SweepSpace space = new SweepSpace();
    for (String grid : grids) {
      space.add(grid);
    }
    return space;
  }

  private void add(String grid) {
    int equals = grid.indexOf('=');
    if (equals < 1 || equals == grid.length() - 1) {
      throw new UsageException(
          "--grid: expects NAME=V1,V2,... or NAME=LOW..HIGH, such as lr=0.1,0.01, got \"%s\""
              .formatted(grid));
    }
    String name = grid.substring(0, equals).replaceFirst("^--", "");
    String text = grid.substring(equals + 1);
    Set<String> known = TrainFlags.TABLE.defaults().keySet();
    if (!known.contains(name)) {
      throw new UsageException(
          "--grid: \"%s\" is not a flag of a run%s"
              .formatted(name, DidYouMean.expected(name, known)));
    }
    List<String> values = List.of(text.split(",", -1));
    Bounds bounds = bounds(grid, text);
    if (dimensions.containsKey(name) || values.size() != Set.copyOf(values).size()) {
      throw new UsageException(
          "--grid: expects each flag and each of its values once, got \"" + grid + "\"");
    }
    if (values.contains("")) {
      throw new UsageException("--grid: expects a value between commas, got \"" + grid + "\"");
    }
    dimensions.put(name, new Dimension(values, bounds));
  }

  private static @Nullable Bounds bounds(String grid, String text) {
    Matcher range = RANGE.matcher(text);
    if (!range.matches()) {
      return null;
    }
    try {
      double low = WrongUsage.decimal(range.group(1));
      double high = WrongUsage.decimal(range.group(2));
      if (low > 0 && high > low && Double.isFinite(high)) {
        return new Bounds(low, high, (range.group(1) + range.group(2)).matches("\\d{1,15}"));
      }
    } catch (NumberFormatException malformed) {
      // reported below
    }
    throw new UsageException(
        "--grid: expects a range of numbers above 0, such as lr=0.0001..0.1, got \"" + grid + "\"");
  }

  /** The flags. */
  public Set<String> names() {
    return dimensions.keySet();
  }

  /**
   * Every combination; the last flag's values change fastest.
   *
   * @throws UsageException if there is a range, or no flag, or there are too many
   */
  public List<Map<String, String>> all() {
    List<Map<String, String>> all = new ArrayList<>(List.of(Map.of()));
    for (String name : names()) {
      if (dimension(name).bounds() != null) {
        throw new UsageException(
            "--grid: %s is a range, which needs --random N; or list its values".formatted(name));
      }
      if (all.size() * (long) dimension(name).values().size() > MOST) {
        throw new UsageException(
            "--grid: expects at most %,d combinations, got more; take --random N".formatted(MOST));
      }
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> before : all) {
        for (String value : dimension(name).values()) {
          Map<String, String> one = new LinkedHashMap<>(before);
          one.put(name, value);
          longer.add(one);
        }
      }
      all = longer;
    }
    return all;
  }

  /**
   * Distinct random combinations, all equally likely; fewer if there are not enough. A larger
   * number begins with the same ones.
   */
  public List<Map<String, String>> random(int count, long seed) {
    RandomKey key = RandomKey.of(seed).with("sweep");
    Set<Map<String, String>> drawn = new LinkedHashSet<>();
    for (long trial = 0; drawn.size() < count && trial < 1000L * count; trial++) {
      Map<String, String> one = new LinkedHashMap<>();
      for (String name : names()) {
        RandomKey own = key.with(name);
        Dimension dimension = dimension(name);
        Bounds bounds = dimension.bounds();
        one.put(
            name,
            bounds != null
                ? bounds.draw(own.uniform(trial))
                : dimension.values().get(own.below(dimension.values().size(), trial)));
      }
      drawn.add(one);
    }
    return List.copyOf(drawn);
  }

  private Dimension dimension(String name) {
    return java.util.Objects.requireNonNull(dimensions.get(name));
  }
}
