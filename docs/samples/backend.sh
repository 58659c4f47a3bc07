#!/usr/bin/env bash
# A platform's backend, for one viewer who watches one stream; Enter is the viewer's stop button. The values hold no quotes:
#   docs/samples/backend.sh http://127.0.0.1:7071 anna film-42 TV
SERVICE=$1 PLAY="play-$(date +%s)-$RANDOM-$RANDOM" # One key for each press of play: however often the start is sent, it takes effect once.
WANTED="{\"userId\":\"$2\",\"streamId\":\"$3\",\"deviceName\":\"$4\"}"
RESPONSE=$(mktemp) && trap 'rm -f "$RESPONSE"' EXIT

# Repeats a call that found the store busy, or whose response was lost. Sets STATUS and BODY.
call() {
  local pause
  for attempt in 1 2 3 4 5; do
    : > "$RESPONSE"
    STATUS=$(curl -s -i -m 10 -o "$RESPONSE" -w '%{http_code}' ${STREAM_CHECKER_KEY:+-H "x-functions-key: $STREAM_CHECKER_KEY"} -X "$@")
    BODY=$(tail -n 1 "$RESPONSE")
    pause=$(sed -n 's/^Retry-After: \([0-9]*\).*/\1/p' "$RESPONSE")
    case $STATUS in
      503 | 000) [ "$attempt" = 5 ] || sleep "${pause:-1}" ;;
      2?? | 403 | 410) return ;;
      *) break ;;
    esac
  done
  echo "$STATUS $BODY" >&2
  exit 3
}

field() { echo "$BODY" | sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }

call POST "$SERVICE/stream-record" -H 'Content-Type: application/json' -H "Idempotency-Key: $PLAY" -d "$WANTED"
if [ "$STATUS" = 403 ]; then
  BODY=${BODY%%,\"violations\":*} # The first violated rule is enough here.
  echo "$(field active) of $(field limit) streams are active: $(echo "$BODY" | grep -o '"deviceName":"[^"]*"' | cut -d '"' -f 4 | paste -s -d ',' -)"
  exit 1
fi

STREAM="$SERVICE$(sed -n 's/^Location: \([^[:space:]]*\).*/\1/p' "$RESPONSE")"
INTERVAL=$(field heartbeatIntervalSeconds)
echo "Playing ${STREAM#"$SERVICE"}"
until read -r -t "$INTERVAL" || [ $? -le 128 ]; do # Above 128: the time is over.
  call POST "$STREAM/heartbeat"
  if [ "$STATUS" = 410 ]; then
    echo "The stream is over: $(field reason)" # The player stops; to go on, the viewer presses play again.
    exit 2
  fi
done

call DELETE "$STREAM"
echo 'Stopped'
