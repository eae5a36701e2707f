package io.fovea.kernel.vector.microkernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fovea.kernel.vector.VectorKernels;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.microkernel.BlockDescription.Width;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What C2 makes of the bundled micro-kernels: for the innermost loops that multiply and add, the
 * number of instructions, of multiply-adds, of vectors read from or written to the stack, and of
 * jumps. A sum on the stack is a load and a store more in the chain of its terms: the block takes
 * twice its time, in the same bits.
 *
 * <p>A child process prints its machine code as hexadecimal digits, which needs no plug-in; GNU
 * {@code objdump} reads them. {@code bench/audit/run} prints the table.
 */
final class CodeAudit {
  /** A loop of a kernel. */
  record Loop(int instructions, int multiplyAdds, int spills, int jumps) {}

  private static final Path OBJDUMP = Path.of("/usr/bin/objdump");
  private static final Pattern COMPILED =
      Pattern.compile("Compiled method \\(c2\\).*microkernel\\.(\\S+)::compute.*");
  private static final Pattern BYTES =
      Pattern.compile("\\s+0x([0-9a-f]+):((?: [0-9a-f|]+)+)\\s*(?:;.*)?");
  private static final Pattern INSTRUCTION = Pattern.compile("\\s*([0-9a-f]+):\\s+(.*)");
  private static final Pattern JUMP = Pattern.compile("j\\w+\\s+0x([0-9a-f]+).*");
  private static final Pattern SPILL = Pattern.compile(".*[xyz]mm.*\\[rsp.*|.*\\[rsp.*[xyz]mm.*");

  private CodeAudit() {}

  static boolean isPossible() {
    return System.getProperty("os.arch").equals("amd64") && Files.isExecutable(OBJDUMP);
  }

  /** The loops of the bundled kernels that fit a process with these flags, by class name. */
  static Map<String, List<Loop>> loops(String... flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-Xbatch"));
    command.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-PrintWarnings"));
    command.add("-XX:CompileCommand=print,io.fovea.kernel.vector.microkernel.*::compute");
    command.addAll(List.of(flags));
    Path target =
        Files.isDirectory(Path.of("core")) ? Path.of("core", "target") : Path.of("target");
    command.addAll(
        List.of("-cp", target.resolve("classes") + ":" + target.resolve("test-classes")));
    command.addAll(List.of(CodeAudit.class.getName(), "run"));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    Map<String, byte[]> codes = new TreeMap<>();
    try (BufferedReader output = child.inputReader(UTF_8)) {
      String kernel = "";
      boolean isCode = false;
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Matcher compiled = COMPILED.matcher(line);
        if (line.startsWith("Compiled method")) {
          kernel = compiled.matches() ? compiled.group(1) : "";
          codes.remove(kernel); // the last version counts
        }
        isCode = line.startsWith("[MachCode]") || (isCode && !line.startsWith("[/MachCode]"));
        Matcher bytes = BYTES.matcher(line);
        if (isCode && !kernel.isEmpty() && bytes.matches()) {
          byte[] more = HexFormat.of().parseHex(bytes.group(2).replaceAll("[ |]", ""));
          byte[] before = codes.getOrDefault(kernel, new byte[0]);
          byte[] all = Arrays.copyOf(before, before.length + more.length);
          System.arraycopy(more, 0, all, before.length, more.length);
          codes.put(kernel, all);
        }
      }
    }
    if (child.waitFor() != 0 || codes.isEmpty()) {
      throw new IOException("audit: the process that runs the kernels failed: " + command);
    }
    Map<String, List<Loop>> loops = new TreeMap<>();
    for (Map.Entry<String, byte[]> code : codes.entrySet()) {
      loops.put(code.getKey(), loops(disassembled(code.getValue())));
    }
    return loops;
  }

  /** The instructions by address. */
  private static NavigableMap<Integer, String> disassembled(byte[] code)
      throws IOException, InterruptedException {
    Path file = Files.createTempFile("kernel", ".bin");
    try {
      Files.write(file, code);
      Process tool =
          new ProcessBuilder(
                  OBJDUMP.toString(),
                  "-D",
                  "-b",
                  "binary",
                  "-mi386:x86-64",
                  "-M",
                  "intel",
                  "--no-show-raw-insn",
                  file.toString())
              .start();
      NavigableMap<Integer, String> instructions = new TreeMap<>();
      for (String line : new String(tool.getInputStream().readAllBytes(), UTF_8).split("\n", -1)) {
        Matcher instruction = INSTRUCTION.matcher(line);
        if (instruction.matches()) {
          instructions.put(Integer.parseInt(instruction.group(1), 16), instruction.group(2));
        }
      }
      tool.waitFor();
      return instructions;
    } finally {
      Files.delete(file);
    }
  }

  private static List<Loop> loops(NavigableMap<Integer, String> instructions) {
    List<int[]> bodies = new ArrayList<>();
    instructions.forEach(
        (address, text) -> {
          Matcher jump = JUMP.matcher(text);
          if (jump.matches()) {
            long target = Long.parseUnsignedLong(jump.group(1), 16);
            if (target < address && instructions.containsKey((int) target)) {
              bodies.add(new int[] {(int) target, address});
            }
          }
        });
    return bodies.stream()
        .filter(body -> isInnermost(body, bodies, instructions))
        .map(body -> loop(instructions.subMap(body[0], true, body[1], true).values()))
        .filter(loop -> loop.multiplyAdds > 0)
        .toList();
  }

  private static boolean isInnermost(
      int[] body, List<int[]> bodies, NavigableMap<Integer, String> instructions) {
    return bodies.stream()
        .noneMatch(
            other ->
                !Arrays.equals(other, body)
                    && body[0] <= other[0]
                    && other[1] <= body[1]
                    && loop(instructions.subMap(other[0], true, other[1], true).values())
                            .multiplyAdds
                        > 0);
  }

  private static Loop loop(Iterable<String> body) {
    int[] counts = new int[4];
    for (String text : body) {
      counts[0]++;
      counts[1] += text.contains("vfmadd") ? 1 : 0;
      counts[2] += SPILL.matcher(text).matches() ? 1 : 0;
      counts[3] += text.startsWith("j") ? 1 : 0;
    }
    return new Loop(counts[0], counts[1], counts[2], counts[3]);
  }

  /** With "run": computes each kernel until it is compiled; else prints the table, with flags. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 1 && arguments[0].equals("run")) {
      for (KernelTable table : VectorKernels.tables()) {
        table.bundled().forEach(CodeAudit::run);
      }
      return;
    }
    System.out.println("| kernel | loops: instructions, multiply-adds, spilled vectors, jumps |");
    System.out.println("|---|---|");
    loops(arguments)
        .forEach(
            (name, found) -> {
              StringBuilder row = new StringBuilder();
              for (Loop l : found) {
                row.append(row.isEmpty() ? "" : "; ").append(l.instructions).append(", ");
                row.append(l.multiplyAdds).append(", **").append(l.spills).append("**, ");
                row.append(l.jumps);
              }
              System.out.println("| " + name + " | " + row + " |");
            });
  }

  private static void run(BlockDescription d) {
    boolean isForParts = d.width() != Width.WHOLE || d.groups() > 1; // RowReuseGradient asks L
    if (d.registers() > Lanes.REGISTERS || (isForParts && !Lanes.HAVE_PARTS)) {
      return;
    }
    Strides strides =
        new Strides()
            .left(2048, 512)
            .right(64, 4096)
            .output(256, 64)
            .blocks(3, 64, 64, 16, 64)
            .terms(96, d.terms().panels() ? 64 : 8, 32)
            .outer(3, 1024, 512)
            .inner(3, 64, 64)
            .clamp(0, 6)
            .lanes(d.width() == Width.QUARTER ? 4 : 8);
    if (d.repeat() == BlockDescription.Repeat.CHANNELS) {
      strides.channels(3 * BlockDescription.lanes());
    }
    MicroKernel kernel = MicroKernels.of(d);
    float[] a = new float[1 << 17];
    float[] b = new float[1 << 17];
    float[] c = new float[1 << 17];
    for (int i = 0; i < 12_000; i++) {
      kernel.compute(strides, a, i & 7, b, i & 7, c, i & 7, c, 1024 + (i & 7));
    }
  }
}
