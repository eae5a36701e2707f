package io.fovea.spark.train;

import io.fovea.train.EpochReport;
import io.fovea.train.StepReport;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The serialised form of reports from worker 0 to the driver. */
final class ReportBytes {
  /** The most bytes of a file from a worker; a larger length is an error. */
  private static final int MOST = 1 << 30;

  private ReportBytes() {}

  static void write(DataOutput out, StepReport step) throws IOException {
    out.writeLong(step.step());
    out.writeInt(step.epoch());
    out.writeInt(step.stepInEpoch());
    out.writeInt(step.stepsInEpoch());
    out.writeDouble(step.loss());
    out.writeDouble(step.totalLoss());
    out.writeDouble(step.accuracy());
    out.writeDouble(step.learningRate());
    out.writeDouble(step.imagesPerSecond());
  }

  static StepReport step(DataInput in) throws IOException {
    return new StepReport(
        in.readLong(),
        in.readInt(),
        in.readInt(),
        in.readInt(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble());
  }

  static void write(DataOutput out, EpochReport epoch) throws IOException {
    out.writeInt(epoch.epoch());
    out.writeLong(epoch.step());
    out.writeDouble(epoch.trainLoss());
    out.writeDouble(epoch.trainAccuracy());
    write(out, epoch.validation());
    write(out, epoch.test());
    out.writeDouble(epoch.seconds());
  }

  private static void write(DataOutput out, Optional<EpochReport.Score> score) throws IOException {
    out.writeBoolean(score.isPresent());
    if (score.isPresent()) {
      out.writeDouble(score.get().loss());
      out.writeDouble(score.get().accuracy());
    }
  }

  static EpochReport epoch(DataInput in) throws IOException {
    return new EpochReport(
        in.readInt(),
        in.readLong(),
        in.readDouble(),
        in.readDouble(),
        score(in),
        score(in),
        in.readDouble());
  }

  private static Optional<EpochReport.Score> score(DataInput in) throws IOException {
    return in.readBoolean()
        ? Optional.of(new EpochReport.Score(in.readDouble(), in.readDouble()))
        : Optional.empty();
  }

  static void write(DataOutput out, List<EpochReport> epochs) throws IOException {
    out.writeInt(epochs.size());
    for (EpochReport epoch : epochs) {
      write(out, epoch);
    }
  }

  static List<EpochReport> epochs(DataInput in) throws IOException {
    int count = in.readInt();
    List<EpochReport> epochs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      epochs.add(epoch(in));
    }
    return epochs;
  }

  static void write(DataOutput out, byte[] file) throws IOException {
    out.writeInt(file.length);
    out.write(file);
  }

  /** Takes memory only as bytes arrive, whatever length is claimed. */
  static byte[] file(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MOST) {
      throw new IOException("a file of " + length + " bytes");
    }
    byte[] file = in.readNBytes(length);
    if (file.length < length) {
      throw new EOFException("%d of %d bytes of a file".formatted(file.length, length));
    }
    return file;
  }
}
