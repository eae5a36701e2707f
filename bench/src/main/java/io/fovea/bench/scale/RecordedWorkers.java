package io.fovea.bench.scale;

import io.fovea.parallel.Bands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;

/**
 * Core's class {@code Workers}, whose method {@code run} asks {@link Recorder#takes} first. Core
 * has no hook for that, since its loops are too short for one: the class is rewritten in memory,
 * before it is loaded.
 */
final class RecordedWorkers {
  private static final ClassDesc WORKERS = ClassDesc.of("io.fovea.parallel.Workers");
  private static final ClassDesc RECORDER = Recorder.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int, WORKERS.nested("Body"));

  private RecordedWorkers() {}

  /** Defines the rewritten class; called before anything has loaded {@code Workers}. */
  static void install() {
    try (InputStream in = Bands.class.getResourceAsStream("Workers.class")) {
      if (in == null) {
        throw new IllegalStateException("bench/scale: the class path lacks " + WORKERS);
      }
      MethodHandles.privateLookupIn(Bands.class, MethodHandles.lookup())
          .defineClass(rewritten(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("bench/scale: core must be on the class path", e);
    }
  }

  private static byte[] rewritten(byte[] workers) {
    ClassFile file = ClassFile.of();
    ClassModel model = file.parse(workers);
    if (model.methods().stream().noneMatch(RecordedWorkers::isRun)) {
      throw new IllegalStateException("bench/scale: Workers has no method run(int, Body)");
    }
    return file.transformClass(
        model,
        (builder, element) -> {
          if (element instanceof MethodModel method && isRun(method)) {
            builder.transformMethod(method, MethodTransform.transformingCode(new Head()));
          } else {
            builder.with(element);
          }
        });
  }

  private static boolean isRun(MethodModel method) {
    return method.methodName().equalsString("run") && method.methodTypeSymbol().equals(RUN);
  }

  /** {@code if (Recorder.takes(this, chunks, body)) return;} before the rest. */
  private static final class Head implements java.lang.classfile.CodeTransform {
    @Override
    public void atStart(CodeBuilder code) {
      code.aload(0)
          .iload(1)
          .aload(2)
          .invokestatic(
              RECORDER,
              "takes",
              RUN.changeReturnType(ConstantDescs.CD_boolean).insertParameterTypes(0, WORKERS))
          .ifThen(CodeBuilder::return_);
    }

    @Override
    public void accept(CodeBuilder code, java.lang.classfile.CodeElement element) {
      code.with(element);
    }
  }
}
