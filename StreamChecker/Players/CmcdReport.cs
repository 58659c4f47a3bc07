using System.Buffers;
using System.Buffers.Text;

namespace StreamChecker.Players;

/// <summary>What a player's report means for its stream.</summary>
internal enum CmcdReport
{
    /// <summary>Nothing: the events of it are of no interest here.</summary>
    Nothing,

    /// <summary>The player is alive: the lease is renewed.</summary>
    Alive,

    /// <summary>The player has ended or was quit: the stream is stopped.</summary>
    Over,
}

/// <summary>
/// Reads a body of <c>application/cmcd</c>: CMCD version 2 (CTA-5004-B) in event mode, one event a line. A player that batches its events may
/// send old ones after a failure, so the newest state (<c>sta</c>, by <c>ts</c>) decides. A line of a later version is ignored as a whole; unknown keys and malformed
/// values are ignored.
/// </summary>
internal static class CmcdReports
{
    public const string ContentType = "application/cmcd";

    private const int KnownVersion = 2;

    public static CmcdReport Read(ReadOnlySequence<byte> body)
    {
        var isAlive = false;
        var (isOver, overSince, lastTime) = (false, long.MinValue, long.MinValue);
        var text = body.IsSingleSegment ? body.FirstSpan : body.ToArray();
        foreach (var range in text.SplitAny("\r\n"u8))
        {
            var happened = Event.Read(text[range]);
            if (happened.Version > KnownVersion)
            {
                continue;
            }

            isAlive |= happened.IsInterval;
            lastTime = happened.Time ?? lastTime;
            if (happened.State != State.None && lastTime >= overSince)
            {
                (isOver, overSince) = (happened.State == State.Over, lastTime);
            }
        }

        return isOver ? CmcdReport.Over : isAlive ? CmcdReport.Alive : CmcdReport.Nothing;
    }

    private enum State
    {
        None,
        Playing,
        Over,
    }

    private readonly record struct Event(long Version, bool IsInterval, State State, long? Time)
    {
        public static Event Read(ReadOnlySpan<byte> line)
        {
            var (version, isInterval, state, time) = (1L, false, State.None, (long?)null);
            var members = new StructuredDictionary(line);
            while (members.Read())
            {
                var value = Unquoted(members.Value);
                switch (members.Key)
                {
                    case var key when key.SequenceEqual("e"u8):
                        isInterval = value.SequenceEqual("t"u8);
                        break;
                    case var key when key.SequenceEqual("sta"u8):
                        state = value.IsEmpty ? State.None
                            : value.SequenceEqual("e"u8) || value.SequenceEqual("q"u8) ? State.Over
                            : State.Playing;
                        break;
                    case var key when key.SequenceEqual("ts"u8):
                        time = Integer(value) ?? time;
                        break;
                    case var key when key.SequenceEqual("v"u8):
                        version = Integer(value) ?? version;
                        break;
                }
            }

            return new(version, isInterval, state, time);
        }

        /// <summary>Events and states are tokens; a player that sends strings is understood.</summary>
        private static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> value) =>
            value is [(byte)'"', .. var text, (byte)'"'] ? text : value;

        private static long? Integer(ReadOnlySpan<byte> value) =>
            Utf8Parser.TryParse(value, out long number, out var length) && length == value.Length ? number : null;
    }
}
