import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The training runs of the hospital: a healthy one, and one with each illness, a fault of
 * Faults.java or a wrong setting, each trained on 480 digits and examined.
 */
@SuppressWarnings("DefaultPackage") // as the classes that it runs
final class HospitalRuns {
  static final String HEALTHY = "healthy";
  private static final int TRAINED = 480;
  private static final int OTHERS = 600; // every other one is held out, those between come later

  /** What can be wrong outside of the network's code. */
  enum Setting {
    RIGHT,
    RATE,
    SORTED,
    LEAK,
    LABELS,
    SCALING
  }

  /** The healthy run, and one with each illness, by name. */
  private static List<HospitalRun> runs(List<TwoLayerCnn.Digit> digits) {
    List<HospitalRun> runs = new ArrayList<>();
    runs.add(run(digits, HEALTHY, 0, Setting.RIGHT));
    Faults.names().keySet().forEach(each -> runs.add(run(digits, "f" + each, each, Setting.RIGHT)));
    for (Setting each : Setting.values()) {
      if (each != Setting.RIGHT) {
        runs.add(run(digits, each.name().toLowerCase(Locale.ROOT), 0, each));
      }
    }
    return runs;
  }

  private static HospitalRun run(
      List<TwoLayerCnn.Digit> digits, String name, int fault, Setting setting) {
    List<TwoLayerCnn.Digit> believed =
        IntStream.range(0, TRAINED + OTHERS)
            .mapToObj(
                n -> {
                  int label = digits.get(setting == Setting.LABELS ? n + 1 : n).label();
                  return new TwoLayerCnn.Digit(digits.get(n).pixels(), label);
                })
            .toList();
    List<TwoLayerCnn.Digit> training = new ArrayList<>(believed.subList(0, TRAINED));
    List<TwoLayerCnn.Digit> heldOut = everyOther(believed.subList(TRAINED + 1, believed.size()));
    if (setting == Setting.LEAK) {
      IntStream.range(0, heldOut.size()).forEach(n -> training.set(n, heldOut.get(n)));
    }
    List<TwoLayerCnn.Digit> later = everyOther(digits.subList(TRAINED, TRAINED + OTHERS));
    return new HospitalRun(name, fault, setting, training, heldOut, later);
  }

  private static List<TwoLayerCnn.Digit> everyOther(List<TwoLayerCnn.Digit> digits) {
    return IntStream.range(0, digits.size()).filter(n -> n % 2 == 0).mapToObj(digits::get).toList();
  }

  /**
   * Trains and examines runs.
   *
   * @param digits with the labels that are true
   * @param chosen whether a run of that name is made
   * @return what was found, by the run's name
   */
  static Map<String, Object> examined(List<TwoLayerCnn.Digit> digits, Predicate<String> chosen) {
    List<HospitalRun> runs = runs(digits).stream().filter(run -> chosen.test(run.name())).toList();
    runs.parallelStream().forEach(HospitalRun::train);
    Map<String, Object> all = new LinkedHashMap<>();
    runs.forEach(run -> all.put(run.name(), run.found(digits)));
    return all;
  }

  /** A picture of 28 x 28 half bytes, in base 64. */
  static String halved(TwoLayerCnn.Digit digit) {
    byte[] halves = new byte[TwoLayerCnn.IMAGE.size() / 2];
    for (int k = 0; k < halves.length; k++) {
      int second = (digit.pixels().get(2 * k + 1) >> 4) & 15;
      halves[k] = (byte) ((digit.pixels().get(2 * k) & 0xF0) | second);
    }
    return Base64.getEncoder().encodeToString(halves);
  }

  /** As JSON, numbers with four digits; those that JSON lacks are texts. */
  static String json(Object value) {
    return switch (value) {
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(each -> "\"" + each.getKey() + "\":" + json(each.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
      case List<?> list ->
          list.stream().map(HospitalRuns::json).collect(Collectors.joining(",", "[", "]"));
      case Double number when !Double.isFinite(number) -> "\"" + number + "\"";
      case Number number ->
          String.valueOf(Double.valueOf(String.format(Locale.ROOT, "%.4g", number.doubleValue())))
              .replaceAll("\\.0$", "");
      default -> "\"" + value + "\"";
    };
  }
}
