package io.fovea.cli.map;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.fovea.tensor.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.NodeList;

/** What depends on what: modules by their POMs, packages of core by its compiled classes. */
public final class ProjectMap {
  private static final Path PROJECT = Path.of("..");
  private static final String ROOT = "io.fovea.";
  private static final String VECTOR = "kernel.vector";

  private ProjectMap() {}

  /** The texts of the nodes that an XPath finds in a POM. */
  public static List<String> texts(String pom, String path) throws Exception {
    var found =
        (NodeList)
            XPathFactory.newDefaultInstance()
                .newXPath()
                .evaluate(
                    path,
                    DocumentBuilderFactory.newDefaultInstance()
                        .newDocumentBuilder()
                        .parse(PROJECT.resolve(pom).toFile()),
                    XPathConstants.NODESET);
    return IntStream.range(0, found.getLength())
        .mapToObj(i -> found.item(i).getTextContent().strip())
        .toList();
  }

  /** The modules that have code, each with those that its POM names outside of tests. */
  static Map<String, Set<String>> modules() throws Exception {
    Map<String, Set<String>> modules = new TreeMap<>();
    Map<String, String> folders = new TreeMap<>();
    for (String module : new TreeSet<>(texts("pom.xml", "//modules/module"))) {
      if (!Set.of("bom", "docs", "fuzz").contains(module)) {
        modules.put(module, new TreeSet<>());
        folders.put(texts(module + "/pom.xml", "/project/artifactId").getFirst(), module);
      }
    }
    for (Map.Entry<String, Set<String>> module : modules.entrySet()) {
      String own = "/project/dependencies/dependency[groupId='io.fovea'][not(scope='test')]";
      for (String artifact : texts(module.getKey() + "/pom.xml", own + "/artifactId")) {
        module.getValue().add(folders.getOrDefault(artifact, artifact));
      }
    }
    return modules;
  }

  /** The packages of core; those below kernel.vector are one. */
  static Map<String, Set<String>> packages() throws Exception {
    return arrows(name -> name.startsWith(VECTOR) ? VECTOR : name);
  }

  /** The packages of the fast kernels. */
  static Map<String, Set<String>> kernels() throws Exception {
    return arrows(
        name ->
            !name.startsWith(VECTOR)
                ? ""
                : name.equals(VECTOR) ? VECTOR : name.substring(VECTOR.length() + 1));
  }

  private interface Naming {
    /** The node of a package, by its name below io.fovea; empty for none. */
    String node(String name);
  }

  private static Map<String, Set<String>> arrows(Naming naming) throws Exception {
    Path core = Path.of(Shape.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Map<String, Set<String>> arrows = new TreeMap<>();
    ClassFileImporter importer = new ClassFileImporter();
    boolean isJar = Files.isRegularFile(core); // in verify
    for (JavaClass type :
        isJar ? importer.importJar(new JarFile(core.toFile())) : importer.importPath(core)) {
      String from = node(type, naming);
      if (!from.isEmpty()) {
        Set<String> targets = arrows.computeIfAbsent(from, key -> new TreeSet<>());
        type.getDirectDependenciesFromSelf().stream()
            .map(dependency -> node(dependency.getTargetClass().getBaseComponentType(), naming))
            .filter(to -> !to.isEmpty() && !to.equals(from))
            .forEach(targets::add);
      }
    }
    return arrows;
  }

  private static String node(JavaClass type, Naming naming) {
    String name = type.getPackageName();
    return name.startsWith(ROOT) ? naming.node(name.substring(ROOT.length())) : "";
  }

  /** The three panels as one drawing. */
  static String svg() throws Exception {
    MapDrawing modules = new MapDrawing("Modules", modules());
    MapDrawing packages = new MapDrawing("Packages of core", packages());
    MapDrawing kernels = new MapDrawing("Inside kernel.vector", kernels());
    double left = Math.max(modules.width(), kernels.width());
    List<String> content = new ArrayList<>();
    content.add(modules.at(0, 0));
    content.add(kernels.at(0, modules.height()));
    content.add(packages.at(left + 20, 0));
    double height = Math.max(modules.height() + kernels.height(), packages.height());
    return MapDrawing.svg(
        left + 20 + packages.width(),
        height,
        "Modules, packages of core, packages of the fast kernels, and what each uses",
        String.join("", content));
  }

  /** Each badge by the name of its file. */
  static Map<String, String> badges() throws Exception {
    return Map.of(
        "badge-licence.svg",
        MapDrawing.badge("licence", texts("bom/pom.xml", "//license/name").getFirst()),
        "badge-java.svg",
        MapDrawing.badge(
            "Java",
            texts("pom.xml", "/project/properties/maven.compiler.release").getFirst()
                + " or newer"),
        "badge-native.svg",
        MapDrawing.badge("native code", "none"));
  }
}
