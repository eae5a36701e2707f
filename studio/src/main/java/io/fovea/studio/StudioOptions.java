package io.fovea.studio;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a studio is started with.
 *
 * @param address where it listens; port 0 lets the system choose
 * @param token the secret that browsers must bring; empty where none is wanted
 * @param runs the folder of run folders; it may not exist yet
 * @param model a model file or run folder to look into first
 * @param dataDir where the files of named data sets are looked for first
 * @param data folders of images or IDX files that the pages may use, besides the named sets
 * @param recipes the recipes that training knows by name, and what each is for
 * @param trainer starts training
 */
public record StudioOptions(
    InetSocketAddress address,
    String token,
    Path runs,
    Optional<Path> model,
    Optional<Path> dataDir,
    List<Path> data,
    Map<String, String> recipes,
    TrainerProcess trainer) {}
