package io.fovea.kernel.vector.machine;

/**
 * Whether the JVM's compiler can keep vectors in registers, as far as the JVM's name says it. Only
 * HotSpot's C2 does; others make an object of each vector, and a call of each operation.
 *
 * @param problem what is wrong; empty if nothing
 * @param cure what to do about it; empty if nothing is wrong
 */
public record JvmCompiler(String problem, String cure) {
  private static final String OTHER_JDK = "run a JDK with HotSpot's C2, such as Eclipse Temurin";

  public static JvmCompiler now() {
    return of(property("java.vm.name"), property("java.vm.version"), property("java.vm.info"));
  }

  private static String property(String name) {
    return System.getProperty(name, "");
  }

  /** By the values of java.vm.name, java.vm.version and java.vm.info. */
  public static JvmCompiler of(String name, String version, String info) {
    if (name.contains("OpenJ9")) {
      return new JvmCompiler("%s computes vectors as objects".formatted(name), OTHER_JDK);
    }
    if (info.contains("interpreted mode")) {
      return new JvmCompiler(
          "the JVM interprets bytecode, so vectors are objects and inference takes a thousand times as long",
          "remove -Xint from the JVM's flags");
    }
    if (info.contains("emulated-client")) {
      return new JvmCompiler(
          "the JVM compiles with C1 only, so vectors are objects and inference takes 75 times as long",
          "remove -XX:TieredStopAtLevel from the JVM's flags; mvn spring-boot:run sets it unless -Dspring-boot.run.optimizedLaunch=false is given");
    }
    if (version.contains("jvmci")) {
      return new JvmCompiler(
          "Graal's compiler runs (%s), which computes vectors as objects".formatted(version),
          "start Java with -XX:-UseJVMCICompiler, or " + OTHER_JDK);
    }
    return new JvmCompiler("", "");
  }
}
