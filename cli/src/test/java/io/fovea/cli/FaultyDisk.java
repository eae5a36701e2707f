package io.fovea.cli;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * The default file system with faults: what changes a file (a write, a sync, a rename, a deletion,
 * a new file or folder) is counted, and the n-th change fails. A write that fails has written its
 * first half. Either that change alone fails, as on a disk that is full for a moment, or all that
 * come after it as well, as where the process is killed.
 */
public final class FaultyDisk extends FileSystem {
  private final FileSystem disk;
  private final Provider provider;
  private int changes;
  private int faulty = Integer.MAX_VALUE;
  private boolean isKill;

  public FaultyDisk(FileSystem disk) {
    this.disk = disk;
    this.provider = new Provider();
  }

  public Path path(Path real) {
    return (Path)
        Proxy.newProxyInstance(
            Path.class.getClassLoader(),
            new Class<?>[] {Path.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getFileSystem")) {
                return this;
              }
              if (method.getName().equals("iterator")) {
                Iterator<Path> names = real.iterator();
                Iterable<Path> all = () -> names;
                return StreamSupport.stream(all.spliterator(), false).map(this::path).iterator();
              }
              Object[] own =
                  arguments == null
                      ? null
                      : Arrays.stream(arguments)
                          .map(each -> each instanceof Path path ? real(path) : each)
                          .toArray();
              try {
                Object result = method.invoke(real, own);
                return result instanceof Path some ? path(some) : result;
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  private static Path real(Path path) {
    return Path.of(path.toString());
  }

  /** From now on the n-th change fails, counted from 1; with all that follow it if it is a kill. */
  public void fail(int n, boolean kill) {
    changes = 0;
    faulty = n;
    isKill = kill;
  }

  /** No faults from now on; whether there was one. */
  public boolean mend() {
    boolean failed = changes >= faulty;
    faulty = Integer.MAX_VALUE;
    return failed;
  }

  /** Counts a change; whether it fails. */
  boolean fails() {
    changes++;
    return changes == faulty || (isKill && changes > faulty);
  }

  void change(Path path) throws IOException {
    if (fails()) {
      throw full(path);
    }
  }

  static IOException full(Path path) {
    return new FileSystemException(path.toString(), null, "No space left on device");
  }

  /** What the operating system does, behind the faults. */
  private final class Provider extends FileSystemProvider {
    private FileSystemProvider real() {
      return disk.provider();
    }

    @Override
    public FileChannel newFileChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      Path file = FaultyDisk.real(path);
      if (options.stream().anyMatch(each -> each.toString().startsWith("CREATE"))) {
        change(path);
      }
      return new FaultyChannel(
          FaultyDisk.this, path, real().newFileChannel(file, options, attributes));
    }

    @Override
    public SeekableByteChannel newByteChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
        Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
      DirectoryStream<Path> all =
          real().newDirectoryStream(FaultyDisk.real(folder), file -> filter.accept(path(file)));
      return new DirectoryStream<>() {
        @Override
        public Iterator<Path> iterator() {
          return StreamSupport.stream(all.spliterator(), false)
              .map(FaultyDisk.this::path)
              .iterator();
        }

        @Override
        public void close() throws IOException {
          all.close();
        }
      };
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
      change(folder);
      real().createDirectory(FaultyDisk.real(folder), attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
      change(path);
      real().delete(FaultyDisk.real(path));
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
      change(target);
      real().copy(FaultyDisk.real(source), FaultyDisk.real(target), options);
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
      change(target);
      real().move(FaultyDisk.real(source), FaultyDisk.real(target), options);
    }

    @Override
    public String getScheme() {
      return "faulty";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> settings) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
      return FaultyDisk.this;
    }

    @Override
    public Path getPath(URI uri) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
      return real().isSameFile(FaultyDisk.real(one), FaultyDisk.real(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
      return real().isHidden(FaultyDisk.real(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
      return real().getFileStore(FaultyDisk.real(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
      real().checkAccess(FaultyDisk.real(path), modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(
        Path path, Class<V> type, LinkOption... options) {
      return real().getFileAttributeView(FaultyDisk.real(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
        Path path, Class<A> type, LinkOption... options) throws IOException {
      return real().readAttributes(FaultyDisk.real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
        throws IOException {
      return real().readAttributes(FaultyDisk.real(path), names, options);
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options)
        throws IOException {
      real().setAttribute(FaultyDisk.real(path), name, value, options);
    }
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public Path getPath(String first, String... more) {
    return path(disk.getPath(first, more));
  }

  @Override
  public PathMatcher getPathMatcher(String pattern) {
    return disk.getPathMatcher(pattern);
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public String getSeparator() {
    return disk.getSeparator();
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return disk.getRootDirectories();
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return disk.getFileStores();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return disk.supportedFileAttributeViews();
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return disk.getUserPrincipalLookupService();
  }

  @Override
  public WatchService newWatchService() throws IOException {
    return disk.newWatchService();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
