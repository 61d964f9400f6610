import { useState } from "preact/hooks";
import type { Model } from "../../model/model";
import { PLAY } from "../../words/screens";
import { Button } from "./button";
import { Trouble } from "./trouble";

/** Asks for a run. What stands in its way is said beside the button that was pressed. */
export function PlayButton({ model, words }: { model: Model; words: string }) {
  const [asking, setAsking] = useState(false);
  const [trouble, setTrouble] = useState("");
  const play = async () => {
    setAsking(true);
    setTrouble("");
    await model.actions.run().catch((error: Error) => setTrouble(error.message));
    setAsking(false);
  };
  return (
    <>
      {trouble && <Trouble why={trouble} />}
      <Button size="big" busy={asking} onClick={play}>
        {asking ? PLAY.wait : words}
      </Button>
    </>
  );
}
