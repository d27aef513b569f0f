package dev.weft.api.store;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What a failure of the file means for those who wanted to write. */
sealed interface Failure {
    /** Nothing was written and nothing lost; a later write may succeed. */
    record Refused(ApiException answer) implements Failure {}

    /** What the disk holds is not known any more: the process must not go on. */
    record Fatal(String why) implements Failure {}

    static Failure of(SQLException e) {
        if (!(e instanceof SQLiteException failure)) {
            return new Fatal("the database driver failed: " + e.getMessage());
        }
        SQLiteErrorCode code = failure.getResultCode();
        return switch (code.code & 0xff) {
            case 13 -> refused("the disk that holds the data directory is full", code);
            case 8 -> refused("the data directory cannot be written to (read-only)", code);
            case 18 -> refused("the object is larger than the database takes", code);
            case 10 -> inputOutput(code);
            // Whatever else comes up was not foreseen, so nothing is known about the file.
            default -> new Fatal("the database failed with " + code.name());
        };
    }

    private static Failure inputOutput(SQLiteErrorCode code) {
        return code == SQLiteErrorCode.SQLITE_IOERR_WRITE
                ? refused("the data directory could not be written to", code)
                : new Fatal("the database failed with " + code.name());
    }

    private static Failure refused(String what, SQLiteErrorCode code) {
        return new Refused(
                new ApiException(
                        Reason.INSUFFICIENT_STORAGE,
                        "not saved, nothing was changed: " + what + " [" + code.name() + "]"));
    }
}
