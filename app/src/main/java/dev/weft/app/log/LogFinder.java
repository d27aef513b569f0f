package dev.weft.app.log;

/**
 * Gives the JDK its loggers. The JDK makes this object itself, at the first line that anything
 * logs, so {@link Log} is reached as a static: it is the one place where that is so.
 */
public final class LogFinder extends System.LoggerFinder {
    @Override
    public System.Logger getLogger(String name, Module module) {
        return new LineLogger(name, Log.ofProcess());
    }
}
