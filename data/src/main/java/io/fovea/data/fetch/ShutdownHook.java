package io.fovea.data.fetch;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * An action at the end of a block, which also runs if a signal such as SIGTERM ends the process
 * within the block: those of inner blocks first. An action may run twice.
 */
public final class ShutdownHook implements AutoCloseable {
  /** Held while a signal's actions run: what is started within it has its action in time. */
  static final Object LOCK = new Object();

  private static final Deque<ShutdownHook> OPEN = new ArrayDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(ShutdownHook::runAll, "fovea-clean-up"));
  }

  private final Runnable action;

  private ShutdownHook(Runnable action) {
    this.action = action;
  }

  static ShutdownHook with(Runnable action) {
    ShutdownHook opened = new ShutdownHook(action);
    synchronized (LOCK) {
      OPEN.push(opened);
    }
    return opened;
  }

  @Override
  public void close() {
    synchronized (LOCK) {
      OPEN.remove(this);
    }
    action.run();
  }

  /** Meanwhile no other block begins or ends, such as that of the next source of a download. */
  private static void runAll() {
    synchronized (LOCK) {
      OPEN.forEach(each -> each.action.run());
    }
  }
}
