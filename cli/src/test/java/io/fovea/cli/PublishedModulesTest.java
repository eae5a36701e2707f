package io.fovea.cli;

import static io.fovea.cli.MapTest.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.screen.Version;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the POMs say of the modules: the BOM's list, and one version. */
class PublishedModulesTest {
  /** What is built, but the BOM itself and profiles' own modules. */
  private static List<String> poms() throws Exception {
    return texts("pom.xml", "/project/modules/module").stream()
        .filter(module -> !module.equals("bom"))
        .map(module -> module + "/pom.xml")
        .toList();
  }

  static String version() throws Exception {
    return texts("bom/pom.xml", "/project/version").getFirst();
  }

  @Test
  void bom_listsAllModulesThatAreDeployed() throws Exception {
    List<String> deployed = new ArrayList<>();
    for (String pom : poms()) {
      if (texts(pom, "/project/properties/maven.deploy.skip").isEmpty()) {
        deployed.addAll(texts(pom, "/project/artifactId"));
      }
    }
    assertThat(texts("bom/pom.xml", "//dependencyManagement//artifactId"))
        .as("bom/pom.xml: modules without maven.deploy.skip")
        .containsExactlyInAnyOrderElementsOf(deployed);
  }

  @Test
  void modules_haveWhatMavenCentralAsksFor() throws Exception {
    for (String pom : poms()) {
      assertThat(texts(pom, "/project/name | /project/description")).as(pom).hasSize(2);
    }
    for (String part :
        List.of("url", "licenses/license/url", "developers/developer/name", "scm/url")) {
      assertThat(texts("bom/pom.xml", "/project/" + part)).as(part).hasSize(1);
    }
  }

  /** Scanners know a jar by it; JarSizes looks into the jars themselves where format is built. */
  @Test
  void jars_keepMavensDescriptor() throws Exception {
    List<String> all = new ArrayList<>(List.of("pom.xml", "bom/pom.xml"));
    all.addAll(poms());
    for (String pom : all) {
      assertThat(texts(pom, "//addMavenDescriptor")).as(pom).isEmpty();
    }
  }

  @Test
  void version_isTheSameEverywhere() throws Exception {
    assertThat(version().replace("-SNAPSHOT", "")).isEqualTo(Version.FOVEA);
    List<String> all = new ArrayList<>(List.of("pom.xml", "bench/rivals/pom.xml"));
    all.addAll(poms());
    for (String pom : all) {
      assertThat(texts(pom, "/project/parent/version"))
          .as("%s: docs/releasing.md", pom)
          .containsExactly(version());
    }
  }
}
