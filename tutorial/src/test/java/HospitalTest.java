import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.json.Json;

/**
 * The hospital: each illness can be told by its signs. After a change of the runs, {@code mvn test
 * -Pgate -pl tutorial -am -Dtest=HospitalTest -Dfigures=write
 * -Dsurefire.failIfNoSpecifiedTests=false} writes them anew; then read the texts again.
 */
@SuppressWarnings({"DefaultPackage", "unchecked"}) // as the classes under test; JSON
class HospitalTest {
  private static final Path WEB =
      Path.of("../studio/src/main/resources/io/fovea/studio/web/hospital");

  private final List<Map<String, Object>> cases =
      (List<Map<String, Object>>) (List<?>) json(read("cases.js"), List.class);

  private static String read(String file) {
    try {
      return Files.readString(WEB.resolve(file));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The value of a module that exports one constant, written as JSON. */
  private static <T> T json(String module, Class<T> type) {
    int from = module.indexOf(" = ") + 3;
    return new Json().toType(module.substring(from, module.lastIndexOf(';')), type);
  }

  private static boolean isPatient(Map<String, Object> illness) {
    return illness.containsKey("complaint");
  }

  private static List<Map<String, Object>> signs(Map<String, Object> illness) {
    return (List<Map<String, Object>>) illness.get("signs");
  }

  private static boolean has(Object run, Map<String, Object> sign) {
    Object at = run;
    for (String key : String.valueOf(sign.get("path")).split("\\.", -1)) {
      at = at instanceof List<?> list ? list.get(Integer.parseInt(key)) : ((Map<?, ?>) at).get(key);
    }
    double value = Double.parseDouble(String.valueOf(at));
    double bound = ((Number) sign.get("bound")).doubleValue();
    return sign.get("is").equals(">") ? value > bound : value < bound;
  }

  /** An illness has all its signs; the healthy run and every other illness lack one of them. */
  private void assertRecognisable(Map<String, Object> runs) {
    for (Map<String, Object> illness : cases) {
      runs.forEach(
          (name, run) -> {
            List<Object> missing =
                signs(illness).stream()
                    .filter(sign -> !has(run, sign))
                    .map(sign -> sign.get("says"))
                    .toList();
            if (name.equals(illness.get("id"))) {
              assertThat(missing).as("signs that %s lacks", name).isEmpty();
            } else {
              assertThat(missing).as("what tells %s from %s", name, illness).isNotEmpty();
            }
          });
    }
  }

  @Test
  void illnesses_ofThePage_areToldByTheirSigns() {
    Map<String, Object> runs = json(read("runs.js"), Map.class);
    assertThat((Map<?, ?>) runs.remove("pictures")).hasSizeBetween(20, 40);
    assertThat(runs.keySet()).containsExactlyInAnyOrderElementsOf(shown());
    assertRecognisable(runs);
  }

  private List<String> shown() {
    List<String> names = new ArrayList<>(List.of(HospitalRuns.HEALTHY));
    cases.stream()
        .filter(HospitalTest::isPatient)
        .forEach(each -> names.add(String.valueOf(each.get("id"))));
    return names;
  }

  @Test
  void texts_ofPatients_nameTheLineAndTheWay() throws IOException {
    String file = Files.readString(Path.of("TwoLayerCnn.java"));
    List<Map<String, Object>> patients = cases.stream().filter(HospitalTest::isPatient).toList();
    assertThat(patients).hasSize(12);
    assertThat(cases).hasSize(15);
    for (Map<String, Object> patient : patients) {
      assertThat(String.valueOf(patient.get("text")).split(" ", -1))
          .as("words of %s", patient)
          .hasSizeBetween(40, 90);
      assertThat(file).contains(String.valueOf(patient.get("right")));
      assertThat(file).doesNotContain(String.valueOf(patient.get("ill")) + "\n");
      assertThat((List<Object>) patient.get("best")).hasSizeBetween(1, 2);
      assertThat(signs(patient).stream().map(sign -> sign.get("exam")).toList())
          .as("the shortest way ends at a sign: %s", patient)
          .contains(((List<Object>) patient.get("best")).getLast());
      Object chapter = ((List<Object>) patient.get("chapter")).getFirst();
      assertThat(Path.of("../docs/book/" + chapter + ".md")).exists();
    }
  }

  /**
   * Those without a patient, whose signs nothing else tests, and three of the page; all of them
   * where they are written, which takes two minutes of one core.
   */
  @Test
  @Tag("gate") // 50 s of one core
  void runs_madeAnew_areThoseOfThePage() throws IOException {
    boolean write = "write".equals(System.getProperty("figures"));
    List<TwoLayerCnn.Digit> digits = TrainingByLineTest.digits();
    Map<String, Object> made =
        HospitalRuns.examined(
            digits, name -> write || !shown().contains(name) || name.matches("healthy|f6|labels"));
    if (write) {
      write(digits, made);
    }
    String page = read("runs.js");
    Map<String, Object> runs = json(page, Map.class);
    runs.remove("pictures");
    made.forEach(
        (name, found) -> {
          String text = HospitalRuns.json(found);
          runs.put(name, new Json().toType(text, Map.class));
          if (shown().contains(name) && System.getProperty("os.arch").equals("amd64")) {
            assertThat(page)
                .contains("\n\"" + name + "\":" + text + ",\n"); // else exp rounds otherwise
          }
        });
    assertThat(runs).hasSize(1 + cases.size());
    assertRecognisable(runs);
  }

  private void write(List<TwoLayerCnn.Digit> digits, Map<String, Object> made) throws IOException {
    StringBuilder module =
        new StringBuilder(
            "// Made by HospitalTest of the module tutorial.\nexport const RUNS = {\n");
    Map<String, String> pictures = new TreeMap<>();
    for (String name : made.keySet()) {
      String text = HospitalRuns.json(made.get(name));
      if (shown().contains(name)) {
        module.append("\"%s\":%s,\n".formatted(name, text));
        Map<String, Object> run = new Json().toType(text, Map.class);
        Map<String, Object> shown = (Map<String, Object>) run.get("pictures");
        Stream.of("batch", "heldOut")
            .flatMap(list -> ((List<List<Number>>) shown.get(list)).stream())
            .map(picture -> picture.getFirst().intValue())
            .forEach(
                number ->
                    pictures.put(String.valueOf(number), HospitalRuns.halved(digits.get(number))));
      }
    }
    module.append("\"pictures\":").append(HospitalRuns.json(pictures)).append("\n};\n");
    Files.writeString(WEB.resolve("runs.js"), module);
  }
}
