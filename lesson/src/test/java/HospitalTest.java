import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.json.Json;

/**
 * The hospital: each illness can be told by its signs. After a change of the runs, {@code mvn test
 * -Pgate -pl lesson -am -Dtest=HospitalTest -Dfigures=write
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
    assertThat((List<?>) runs.remove("pictures")).hasSizeBetween(20, 40);
    assertThat(runs.keySet()).containsExactlyInAnyOrderElementsOf(shown());
    assertRecognisable(runs);
  }

  /** The names of the runs in the page: the healthy one and the patients. */
  private List<String> shown() {
    List<String> names = new ArrayList<>(List.of(HospitalRuns.HEALTHY));
    cases.stream()
        .filter(HospitalTest::isPatient)
        .forEach(each -> names.add(String.valueOf(each.get("id"))));
    return names;
  }

  @Test
  void texts_ofPatients_nameTheLineAndTheWay() throws IOException {
    String file = Files.readString(Path.of("../tutorial/TwoLayerCnn.java"));
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

  @Test
  @Tag("gate") // half a minute on two cores
  void runs_madeAnew_areThoseOfThePage() throws IOException {
    Map<String, Object> made = HospitalRuns.examined(TrainingByLineTest.digits());
    Map<String, Object> runs = new Json().toType(HospitalRuns.json(made), Map.class);
    runs.remove("pictures");
    assertThat(runs).hasSize(1 + cases.size());
    made.keySet().removeIf(name -> !name.equals("pictures") && !shown().contains(name));
    String module =
        made.entrySet().stream()
            .map(each -> "\"%s\":%s".formatted(each.getKey(), HospitalRuns.json(each.getValue())))
            .collect(
                Collectors.joining(
                    ",\n",
                    "// Made by HospitalTest of the module lesson.\nexport const RUNS = {\n",
                    "\n};\n"));
    if ("write".equals(System.getProperty("figures"))) {
      Files.writeString(WEB.resolve("runs.js"), module);
    }
    assertRecognisable(runs);
    if (System.getProperty("os.arch").equals("amd64")) { // exp and log may round otherwise
      assertThat(module).isEqualTo(read("runs.js"));
    }
  }
}
