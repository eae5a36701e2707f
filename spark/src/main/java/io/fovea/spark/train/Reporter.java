package io.fovea.spark.train;

import io.fovea.spark.SerializedModel;
import io.fovea.spark.ring.Handshake;
import io.fovea.spark.ring.SealedConnection;
import io.fovea.spark.ring.Secret;
import io.fovea.spark.ring.Sockets;
import io.fovea.train.EpochReport;
import io.fovea.train.History;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * Worker 0's side of the connection to the driver. It sends a report, then answers the driver's
 * requests until the driver lets it continue; so the driver's listeners see a run like those in a
 * single process.
 */
final class Reporter implements Listener, AutoCloseable {
  static final String ROLE = "driver";
  static final int DRIVER = -1;

  enum Event {
    STARTED,
    STEP,
    EPOCH,
    ENDED,
    FAILURE
  }

  enum Command {
    CHECKPOINT,
    GO_ON,
    STOP,
    GIVE_UP
  }

  private interface Message {
    void write(DataOutputStream out) throws IOException;
  }

  private final SealedConnection connection;
  private final DataInputStream in;
  private final DataOutputStream out;
  private @Nullable Training training;

  private Reporter(SealedConnection connection) throws IOException {
    this.connection = connection;
    this.in = new DataInputStream(connection.input());
    this.out = new DataOutputStream(connection.output());
  }

  static Reporter connect(String host, int port, int rank, Secret secret, int milliseconds)
      throws IOException {
    Socket socket = Sockets.tuned(new Socket());
    try {
      socket.connect(new InetSocketAddress(host, port), milliseconds);
      return new Reporter(Handshake.call(socket, ROLE, rank, DRIVER, secret, milliseconds));
    } catch (IOException failure) {
      Sockets.close(socket);
      throw new IOException(
          "spark-train: worker %d cannot reach the driver at %s:%d (%s)"
              .formatted(rank, host, port, failure.getMessage()),
          failure);
    }
  }

  /** The file of a model or checkpoint to begin with: what the driver sends first. */
  byte[] start() throws IOException {
    return ReportBytes.file(in);
  }

  @Override
  public void onStart(Training started) {
    training = started;
    say(
        Event.STARTED,
        message -> {
          message.writeInt(started.epochs());
          message.writeInt(started.images());
          message.writeLong(started.steps());
        });
  }

  @Override
  public void onStep(Training running, StepReport step) {
    say(Event.STEP, message -> ReportBytes.write(message, step));
  }

  @Override
  public void onEpoch(Training running, EpochReport epoch) {
    say(Event.EPOCH, message -> ReportBytes.write(message, epoch));
  }

  void ended(History history) {
    say(
        Event.ENDED,
        message -> {
          ReportBytes.write(message, history.epochs());
          message.writeLong(history.steps());
          message.writeBoolean(history.stopped());
          message.writeBoolean(history.stoppedEarly());
          ReportBytes.write(message, checkpoint());
        });
  }

  void failed(WorkerFailure failure) {
    say(Event.FAILURE, failure::write);
  }

  private byte[] checkpoint() {
    if (training == null) {
      throw new IllegalStateException("spark-train: no run has started yet");
    }
    return SerializedModel.of(training.checkpoint(), training.network());
  }

  private void say(Event event, Message message) {
    try {
      out.writeUTF(event.name());
      message.write(out);
      out.flush();
      while (true) {
        switch (Command.valueOf(in.readUTF())) {
          case CHECKPOINT -> {
            try {
              ReportBytes.write(out, checkpoint());
            } catch (RuntimeException | Error failure) {
              out.writeInt(-1); // no file, and this worker's failure comes next
              throw failure;
            } finally {
              out.flush();
            }
          }
          case STOP -> {
            if (training != null) {
              training.stop();
            }
            return;
          }
          case GO_ON -> {
            return;
          }
          case GIVE_UP ->
              throw new java.util.concurrent.CancellationException(
                  "spark-train: the driver has cancelled the run");
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "spark-train: the connection to the driver is lost: " + failure.getMessage(), failure);
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
